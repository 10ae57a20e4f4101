import { createHash } from 'node:crypto';
import { type Layout, type LayoutEntry, SERIES } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import { transaction } from '../transaction.ts';

/** Number of the layout at its host; the same content gets the same number. */
export async function registerLayout(
  sql: Sql,
  owner: { hostId: number; organisationId: string },
  layout: Layout,
): Promise<number> {
  const { hostId, organisationId } = owner;
  const hash = layoutHash(layout);
  return transaction(sql, async (tx) => {
    // One at a time a host, so that numbers are not given twice.
    await tx`SELECT 1 FROM host WHERE id = ${hostId} FOR NO KEY UPDATE`;
    const [known] = await tx<{ layoutNo: number }[]>`
      SELECT layout_no AS "layoutNo" FROM layout WHERE host_id = ${hostId} AND hash = ${hash}`;
    if (known) return known.layoutNo;
    const resourceNos = await numberResources(tx, owner, layout.entries);
    const [made] = await tx<{ layoutNo: number }[]>`
      INSERT INTO layout (host_id, layout_no, organisation_id, hash, stores, daemons, resource_nos)
      SELECT ${hostId}, coalesce(max(layout_no), 0) + 1, ${organisationId}, ${hash},
        ${tx.json(asJson(layout.stores))}, ${tx.json(asJson(layout.daemons))}, ${resourceNos}::int[]
      FROM layout WHERE host_id = ${hostId}
      RETURNING layout_no AS "layoutNo"`;
    if (!made) throw new Error('INSERT … RETURNING gives a row');
    return made.layoutNo;
  });
}

/** Resource number of each place; what the host never had before gets the next numbers. */
async function numberResources(
  tx: TransactionSql,
  { hostId, organisationId }: { hostId: number; organisationId: string },
  entries: readonly LayoutEntry[],
): Promise<number[]> {
  const rows = await tx<{ resourceNo: number; storeKey: string; series: string }[]>`
    SELECT resource_no AS "resourceNo", store_key AS "storeKey", series FROM resource WHERE host_id = ${hostId}`;
  const nameOf = ({ storeKey, series }: { storeKey: string; series: string }) => `${series} ${storeKey}`;
  const numbers = new Map(rows.map((row) => [nameOf(row), row.resourceNo]));
  let last = rows.reduce((highest, row) => Math.max(highest, row.resourceNo), 0);
  const added = entries.filter((entry) => !numbers.has(nameOf(entry)));
  const addedNos = added.map((entry) => {
    last += 1;
    numbers.set(nameOf(entry), last);
    return last;
  });
  await tx`
    INSERT INTO resource (host_id, resource_no, organisation_id, store_key, series, unit)
    SELECT ${hostId}, added.no, ${organisationId}, added.store_key, added.series, added.unit
    FROM unnest(${addedNos}::int[], ${added.map((entry) => entry.storeKey)}::text[],
      ${added.map((entry) => entry.series)}::text[], ${added.map((entry) => SERIES[entry.series].unit)}::text[])
      AS added (no, store_key, series, unit)`;
  return entries.map((entry) => numbers.get(nameOf(entry)) as number);
}

/** sha256 of the layout as JSON with sorted keys. */
function layoutHash(layout: Layout): Buffer {
  const sortKeys = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(layout, sortKeys)).digest();
}

/** The driver's type of JSON wants index signatures, which interfaces do not have. */
// biome-ignore lint/suspicious/noExplicitAny: plain data in, the same data out
const asJson = (value: unknown): any => value;
