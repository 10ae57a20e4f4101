import type { HostEventDetails, HostEventKind } from '@silt/domain';
import type { Sql } from '../client.ts';
import { transaction } from '../transaction.ts';
import { type NewEvent, recordEvent } from './record-event.ts';

/** Alike events of one host within this time are one with a count. */
export const COALESCE_MINUTES = 60;

/** Kinds that can come in floods. */
export type CoalescedKind = {
  [Kind in HostEventKind]: HostEventDetails[Kind] extends { count: number } ? Kind : never;
}[HostEventKind];

/** What stands for both, the earlier one first. */
export function mergeDetails<Kind extends CoalescedKind>(
  earlier: HostEventDetails[Kind],
  later: HostEventDetails[Kind],
): HostEventDetails[Kind] {
  const merged = { ...earlier, ...later, count: earlier.count + later.count };
  return 'firstSequence' in earlier ? { ...merged, firstSequence: earlier.firstSequence } : merged;
}

/**
 * Adds to the host's last event of the same kind and code, if it is young enough, else makes a new one.
 *
 * @returns whether it is a new one.
 */
export async function coalesceEvent<Kind extends CoalescedKind>(sql: Sql, event: NewEvent<Kind>): Promise<boolean> {
  const { hostId, at, kind, detail } = event;
  const code = 'code' in detail ? detail.code : null;
  return transaction(sql, async (tx) => {
    const [last] = await tx<{ at: Date; eventNo: number; detail: HostEventDetails[Kind] }[]>`
      SELECT at, event_no AS "eventNo", detail FROM event
      WHERE host_id = ${hostId} AND kind = ${kind} AND (detail ->> 'code') IS NOT DISTINCT FROM ${code}
        AND at > ${at}::timestamptz - make_interval(mins => ${COALESCE_MINUTES})
      ORDER BY at DESC, event_no DESC LIMIT 1 FOR UPDATE`;
    if (last === undefined) {
      await recordEvent(tx, event);
      return true;
    }
    await tx`
      UPDATE event SET detail = ${tx.json({ ...mergeDetails<Kind>(last.detail, detail) })}
      WHERE host_id = ${hostId} AND at = ${last.at} AND event_no = ${last.eventNo}`;
    return false;
  });
}
