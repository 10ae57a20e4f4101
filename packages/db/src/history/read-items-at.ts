import type { Item } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { HostAddress } from './host-address.ts';

/** An item as it was at a moment. */
export interface ItemAt extends Item {
  firstSeenAt: Date;
  /** Since when it was so: the read that told it. */
  validFrom: Date;
}

interface Row extends Omit<ItemAt, 'storeKey' | 'parentKey' | 'ownerKey'> {
  itemNo: number;
  storeNo: number | null;
  parentNo: number | null;
  ownerNo: number | null;
}

/** What `store:` items have before the key of their store. */
export const STORE_ITEM_PREFIX = 'store:';

/** All that the host had at a moment, in no order. What an item refers to may be gone by then; its key is still told. */
export async function readItemsAt(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  at: Date,
): Promise<ItemAt[]> {
  const rows = await tx<Row[]>`
    SELECT i.item_no AS "itemNo", i.key, i.kind, i.scope, i.first_seen_at AS "firstSeenAt", v.valid_from AS "validFrom",
      v.name, v.store_no AS "storeNo", v.parent_no AS "parentNo", v.owner_no AS "ownerNo", v.size_bytes AS "sizeBytes",
      v.counted, v.least_bytes AS "leastBytes", v.most_bytes AS "mostBytes", v.state, v.attributes
    FROM item_version v
    JOIN item i ON i.host_id = v.host_id AND i.item_no = v.item_no AND i.organisation_id = v.organisation_id
    WHERE v.host_id = ${hostId} AND v.organisation_id = ${organisationId}
      AND v.valid_to > ${at} AND v.valid_from <= ${at}`;
  const keys = new Map(rows.map(({ itemNo, key }) => [itemNo, key]));
  const named = new Set(rows.flatMap(({ storeNo, parentNo, ownerNo }) => [storeNo, parentNo, ownerNo]));
  const missing = [...named].filter((no) => no !== null && !keys.has(no));
  if (missing.length > 0) {
    const others = await tx<{ itemNo: number; key: string }[]>`
      SELECT item_no AS "itemNo", key FROM item
      WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND item_no = ANY(${missing})`;
    for (const { itemNo, key } of others) keys.set(itemNo, key);
  }
  const keyOf = (no: number | null): string | null => (no === null ? null : (keys.get(no) ?? null));
  return rows.map(({ itemNo: _, storeNo, parentNo, ownerNo, ...item }) => ({
    ...item,
    storeKey: keyOf(storeNo)?.slice(STORE_ITEM_PREFIX.length) ?? null,
    parentKey: keyOf(parentNo),
    ownerKey: keyOf(ownerNo),
  }));
}
