import type { TransactionSql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';

/** What is kept of an item. Times in milliseconds since the epoch. */
export interface ItemPast {
  firstSeenAt: number;
  /** Times in which its state was one and the same, in order; times without a state, or without the item, are left out. */
  states: { from: number; to: number | null }[];
}

interface VersionRow {
  key: string;
  firstSeenAt: number;
  from: number | null;
  to: number | null;
  state: string | null;
}

/** Of all items that a host ever had, by `Item.key`. */
export async function readItemPasts(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
): Promise<Map<string, ItemPast>> {
  const rows = await tx<VersionRow[]>`
    SELECT i.key, (extract(epoch FROM i.first_seen_at) * 1000)::float8 AS "firstSeenAt",
      (extract(epoch FROM v.valid_from) * 1000)::float8 AS from,
      CASE WHEN v.valid_to < 'infinity' THEN (extract(epoch FROM v.valid_to) * 1000)::float8 END AS to, v.state
    FROM item i
    LEFT JOIN item_version v ON v.host_id = i.host_id AND v.item_no = i.item_no AND v.organisation_id = i.organisation_id
    WHERE i.host_id = ${hostId} AND i.organisation_id = ${organisationId}
    ORDER BY i.item_no, v.valid_from`;
  const items = new Map<string, ItemPast>();
  let last: VersionRow | null = null;
  for (const row of rows) {
    const { key, firstSeenAt, from, to, state } = row;
    const item = items.get(key) ?? { firstSeenAt, states: [] };
    items.set(key, item);
    const run = item.states.at(-1);
    const goesOn = last?.key === key && last.state === state && last.to === from;
    last = row;
    if (from === null || state === null) continue;
    if (goesOn && run !== undefined) run.to = to;
    else item.states.push({ from, to });
  }
  return items;
}
