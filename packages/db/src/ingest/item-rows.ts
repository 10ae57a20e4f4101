import type { ItemAttribute } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import { arrayText, textArray } from './array-literal.ts';

/** What is kept of an item for ever. */
export interface ItemRecord {
  itemNo: number;
  key: string;
  kind: string;
  scope: string;
}

/** What an item is, with numbers for what it refers to. */
export interface VersionRow {
  itemNo: number;
  name: string;
  storeNo: number | null;
  parentNo: number | null;
  ownerNo: number | null;
  sizeBytes: number | null;
  counted: boolean;
  leastBytes: number | null;
  mostBytes: number | null;
  state: string | null;
  attributes: Record<string, ItemAttribute>;
}

export interface KeptVersion extends VersionRow {
  validFrom: Date;
}

export interface KeptItem extends ItemRecord {
  /** What it is now; null = it is gone. */
  version: KeptVersion | null;
}

type Host = { hostId: number; organisationId: string };
type Columns = Omit<KeptVersion, 'itemNo' | 'validFrom'> & Omit<KeptItem, 'version'> & { validFrom: Date | null };

/** All that a host has now. */
export async function readOpenItems(tx: TransactionSql, hostId: number): Promise<KeptItem[]> {
  const rows = await tx<Columns[]>`
    SELECT i.item_no AS "itemNo", i.key, i.kind, i.scope, ${versionColumns(tx)}
    FROM item_version v JOIN item i ON i.host_id = v.host_id AND i.item_no = v.item_no
    WHERE v.host_id = ${hostId} AND v.valid_to = 'infinity'`;
  return rows.map(toKept);
}

/** Those of the items that the host ever had. */
export async function readLatestItems(
  tx: TransactionSql,
  hostId: number,
  keys: readonly string[],
): Promise<KeptItem[]> {
  if (keys.length === 0) return [];
  const rows = await tx<Columns[]>`
    SELECT i.item_no AS "itemNo", i.key, i.kind, i.scope, ${versionColumns(tx)}
    FROM unnest(${textArray(keys)}::text[]) AS wanted (key)
    JOIN item i ON i.host_id = ${hostId} AND i.key = wanted.key
    LEFT JOIN LATERAL (
      SELECT * FROM item_version n WHERE n.host_id = ${hostId} AND n.item_no = i.item_no
      ORDER BY n.valid_from DESC LIMIT 1
    ) v ON v.valid_to = 'infinity'`;
  return rows.map(toKept);
}

const versionColumns = (tx: TransactionSql) => tx`
  v.valid_from AS "validFrom", v.name, v.store_no AS "storeNo", v.parent_no AS "parentNo", v.owner_no AS "ownerNo",
  v.size_bytes AS "sizeBytes", v.counted, v.least_bytes AS "leastBytes", v.most_bytes AS "mostBytes", v.state, v.attributes`;

function toKept({ itemNo, key, kind, scope, validFrom, ...rest }: Columns): KeptItem {
  return { itemNo, key, kind, scope, version: validFrom === null ? null : { itemNo, validFrom, ...rest } };
}

export async function lookUpItems(tx: TransactionSql, hostId: number, keys: readonly string[]): Promise<ItemRecord[]> {
  if (keys.length === 0) return [];
  return tx<ItemRecord[]>`
    SELECT i.item_no AS "itemNo", i.key, i.kind, i.scope
    FROM unnest(${textArray(keys)}::text[]) AS wanted (key) JOIN item i ON i.host_id = ${hostId} AND i.key = wanted.key`;
}

/** 0 = the host never had one. */
export async function readLastItemNo(tx: TransactionSql, hostId: number): Promise<number> {
  const [row] = await tx<{ last: number }[]>`
    SELECT item_no AS last FROM item WHERE host_id = ${hostId} ORDER BY item_no DESC LIMIT 1`;
  return row?.last ?? 0;
}

export async function writeItems(
  tx: TransactionSql,
  { hostId, organisationId }: Host,
  { added, moved, at }: { added: readonly ItemRecord[]; moved: readonly ItemRecord[]; at: Date },
): Promise<void> {
  if (moved.length > 0) {
    await tx`
      UPDATE item SET kind = m.kind, scope = m.scope
      FROM json_to_recordset(${JSON.stringify(moved)}::text::json) AS m ("itemNo" int, kind text, scope text)
      WHERE host_id = ${hostId} AND item_no = m."itemNo"`;
  }
  if (added.length === 0) return;
  await tx`
    INSERT INTO item (host_id, item_no, organisation_id, key, kind, scope, first_seen_at)
    SELECT ${hostId}, a."itemNo", ${organisationId}, a.key, a.kind, a.scope, ${at}
    FROM json_to_recordset(${JSON.stringify(added)}::text::json)
      AS a ("itemNo" int, key text, kind text, scope text)`;
}

/** @param at when the closed ones end and the opened ones begin. */
export async function writeVersions(
  tx: TransactionSql,
  { hostId, organisationId }: Host,
  { opened, closed, at }: { opened: readonly VersionRow[]; closed: readonly KeptVersion[]; at: Date },
): Promise<void> {
  if (closed.length > 0) {
    await tx`
      UPDATE item_version SET valid_to = ${at}
      FROM unnest(${arrayText(closed.map(({ itemNo }) => itemNo))}::int[],
        ${arrayText(closed.map(({ validFrom }) => validFrom.toISOString()))}::timestamptz[]) AS c (no, since)
      WHERE host_id = ${hostId} AND item_no = c.no AND valid_from = c.since`;
  }
  if (opened.length === 0) return;
  await tx`
    INSERT INTO item_version (host_id, item_no, valid_from, organisation_id, name, store_no, parent_no, owner_no,
      size_bytes, counted, least_bytes, most_bytes, state, attributes)
    SELECT ${hostId}, o."itemNo", ${at}, ${organisationId}, o.name, o."storeNo", o."parentNo", o."ownerNo",
      o."sizeBytes", o.counted, o."leastBytes", o."mostBytes", o.state, o.attributes
    FROM json_to_recordset(${JSON.stringify(opened)}::text::json) AS o ("itemNo" int, name text, "storeNo" int,
      "parentNo" int, "ownerNo" int, "sizeBytes" bigint, counted boolean, "leastBytes" bigint, "mostBytes" bigint,
      state text, attributes jsonb)`;
}
