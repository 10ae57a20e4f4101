import type { Daemon, LayoutEntry, SeriesName, Store } from '@silt/domain';
import type { TransactionSql } from '../client.ts';

export interface LayoutRecord {
  stores: Store[];
  daemons: Daemon[];
  /** What stands at each place of the readings. */
  entries: LayoutEntry[];
}

/** Null when the host has no such layout in the organisation. */
export async function readLayout(
  tx: TransactionSql,
  organisationId: string,
  { hostId, layoutNo }: { hostId: number; layoutNo: number },
): Promise<LayoutRecord | null> {
  const [layout] = await tx<{ stores: Store[]; daemons: Daemon[]; resourceNos: number[] }[]>`
    SELECT stores, daemons, resource_nos AS "resourceNos" FROM layout
    WHERE host_id = ${hostId} AND layout_no = ${layoutNo} AND organisation_id = ${organisationId}`;
  if (!layout) return null;
  const resources = await tx<{ resourceNo: number; storeKey: string; series: SeriesName }[]>`
    SELECT resource_no AS "resourceNo", store_key AS "storeKey", series FROM resource
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND resource_no = ANY(${layout.resourceNos})`;
  const byNo = new Map(resources.map(({ resourceNo, storeKey, series }) => [resourceNo, { storeKey, series }]));
  const { stores, daemons, resourceNos } = layout;
  const entries = resourceNos.map((no) => {
    const entry = byNo.get(no);
    if (!entry) throw new Error(`layout ${layoutNo} of host ${hostId} names resource ${no}, which is not there`);
    return entry;
  });
  return { stores, daemons, entries };
}
