import { z } from 'zod';
import type { Sql } from '../client.ts';

/** Where ingest and worker tell, after COMMIT, which hosts have something new. */
export const CHANGES_CHANNEL = 'silt_changed';
/** NOTIFY takes less than 8,000 bytes; above this the payload says `many`. */
export const MAX_CHANGES_BYTES = 7_000;

/** Public ids of hosts an organisation's id; `many` = too many to name. */
export type Changes = { many: true } | { many: false; hostIds: Map<string, string[]> };

const payloadSchema = z.union([z.strictObject({ many: z.literal(true) }), z.record(z.uuid(), z.array(z.uuid()))]);

/** What cannot be read counts as `many`: reading once too often is harmless, missing a change is not. */
export function parseChanges(payload: string): Changes {
  try {
    const parsed = payloadSchema.parse(JSON.parse(payload));
    return 'many' in parsed ? { many: true } : { many: false, hostIds: new Map(Object.entries(parsed)) };
  } catch {
    return { many: true };
  }
}

export function formatChanges(hostIds: ReadonlyMap<string, readonly string[]>): string {
  const payload = JSON.stringify(Object.fromEntries(hostIds));
  return Buffer.byteLength(payload) > MAX_CHANGES_BYTES ? JSON.stringify({ many: true }) : payload;
}

export async function notifyChanges(sql: Sql, hostIds: ReadonlyMap<string, readonly string[]>): Promise<void> {
  if (hostIds.size > 0) await sql.notify(CHANGES_CHANNEL, formatChanges(hostIds));
}

/**
 * Listens on one connection of its own, for the life of `sql`. It connects again by itself, also when the first try
 * failed; after that `onChanges` is told `many`, because what was said meanwhile is lost.
 */
export function listenForChanges(sql: Sql, onChanges: (changes: Changes) => void): void {
  let missed = false;
  sql
    .listen(
      CHANGES_CHANNEL,
      (payload) => onChanges(parseChanges(payload)),
      () => {
        if (missed) onChanges({ many: true });
        missed = true;
      },
    )
    .catch(() => {
      missed = true;
    });
}
