import type { Scope } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';

/** Inventories that are further apart do not make one span: three of the slow beats that a server asks for unless set otherwise. */
export const MAX_SPAN_GAP_MILLISECONDS = 15 * 60_000;

/** The last inventory of a host that was applied. */
export interface InventoryState {
  streamNo: number;
  /** Of its last part: what a delta must be based on. */
  sequence: number;
  observedAt: Date;
  /** Since then a delta is missing, and only a full one is taken; null = none is. */
  staleSince: Date | null;
}

/** Null when none was ever applied. */
export async function readInventoryState(sql: Sql | TransactionSql, hostId: number): Promise<InventoryState | null> {
  const [state] = await sql<InventoryState[]>`
    SELECT stream_no AS "streamNo", sequence, observed_at AS "observedAt", stale_since AS "staleSince"
    FROM inventory_state WHERE host_id = ${hostId}`;
  return state ?? null;
}

type Host = { hostId: number; organisationId: string };

export async function writeInventoryState(
  tx: TransactionSql,
  { hostId, organisationId }: Host,
  { streamNo, sequence, observedAt, staleSince }: InventoryState,
): Promise<void> {
  await tx`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at, stale_since)
    VALUES (${hostId}, ${organisationId}, ${streamNo}, ${sequence}, ${observedAt}, ${staleSince})
    ON CONFLICT (host_id) DO UPDATE SET stream_no = excluded.stream_no, sequence = excluded.sequence,
      observed_at = excluded.observed_at, stale_since = excluded.stale_since`;
}

/**
 * Tells that all scopes were read once more at `at`: the last span goes on, with the reasons of now, when they were read
 * alike and not long ago; else one begins.
 *
 * @param goesOn false when something is missing between the last inventory and this one.
 */
export async function extendSpan(
  tx: TransactionSql,
  { hostId, organisationId }: Host,
  { at, scopes, goesOn }: { at: Date; scopes: readonly Scope[]; goesOn: boolean },
): Promise<void> {
  const [last] = await tx<{ validFrom: Date; lastReadAt: Date; scopes: Scope[] }[]>`
    SELECT valid_from AS "validFrom", last_read_at AS "lastReadAt", scopes FROM inventory_span
    WHERE host_id = ${hostId} ORDER BY valid_from DESC LIMIT 1`;
  const isNear = last !== undefined && at.getTime() - last.lastReadAt.getTime() <= MAX_SPAN_GAP_MILLISECONDS;
  const told = tx.json(scopes.map((scope) => ({ ...scope })));
  if (goesOn && isNear && statusesText(last.scopes) === statusesText(scopes)) {
    await tx`
      UPDATE inventory_span SET last_read_at = ${at}, scopes = ${told}
      WHERE host_id = ${hostId} AND valid_from = ${last.validFrom}`;
    return;
  }
  await tx`
    INSERT INTO inventory_span (host_id, valid_from, last_read_at, organisation_id, scopes)
    VALUES (${hostId}, ${at}, ${at}, ${organisationId}, ${told})`;
}

/** The same for the same statuses, in whatever order. Not by reasons: some count what comes and goes at each beat. */
function statusesText(scopes: readonly Scope[]): string {
  const sorted = scopes.map(({ name, status }) => [name, status] as const);
  return JSON.stringify(sorted.sort(([one], [other]) => (one < other ? -1 : 1)));
}
