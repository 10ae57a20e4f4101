import type { TransactionSql } from '../client.ts';
import { decodeAxis, decodeBlock } from './block-codec.ts';
import { AXIS_NO } from './compact-hosts.ts';
import type { HostAddress } from './host-address.ts';
import { BLOCK_MILLISECONDS, type Block } from './roll-up.ts';

interface BlockRow {
  resourceNo: number;
  startAt: Date;
  data: Buffer;
}

/** Blocks that hold samples of a range, `to` not in it, in order of time, with those of `resourceNos` in them. */
export async function readBlocks(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  resourceNos: readonly number[],
  { from, to }: { from: Date; to: Date },
): Promise<Block[]> {
  const rows = await tx<BlockRow[]>`
    SELECT resource_no AS "resourceNo", start_at AS "startAt", data FROM series_block
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId}
      AND resource_no = ANY(${[AXIS_NO, ...resourceNos]}::int[])
      AND start_at > ${new Date(from.getTime() - BLOCK_MILLISECONDS)} AND start_at < ${to} AND end_at >= ${from}
    ORDER BY start_at, resource_no`;
  return decodeBlocks(rows);
}

/** The block of the last sample at or before a moment, with all resources of its samples' layouts; null = there is none. */
export async function readBlockAt(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  at: Date,
): Promise<Block | null> {
  // One of two: the latter may begin before the moment and hold nothing but what came after it.
  const axes = await tx<BlockRow[]>`
    SELECT resource_no AS "resourceNo", start_at AS "startAt", data FROM series_block
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND resource_no = ${AXIS_NO} AND start_at <= ${at}
    ORDER BY start_at DESC LIMIT 2`;
  const found = decodeBlocks(axes).find(({ axis }) => (axis.times[0] ?? Number.POSITIVE_INFINITY) <= at.getTime());
  if (!found) return null;
  const rows = await tx<BlockRow[]>`
    SELECT resource_no AS "resourceNo", start_at AS "startAt", data FROM series_block
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND start_at = ${new Date(found.start)}
      AND resource_no = ANY(ARRAY(
        SELECT DISTINCT unnest(resource_nos) FROM layout
        WHERE host_id = ${hostId} AND organisation_id = ${organisationId}
          AND layout_no = ANY(${[...new Set(found.axis.layoutNos)]}::int[])))`;
  for (const { resourceNo, data } of rows) found.resources.set(resourceNo, decodeBlock(data));
  return found;
}

/** @param rows in order of time, the axis of each block before its resources. */
function decodeBlocks(rows: readonly BlockRow[]): Block[] {
  const blocks: Block[] = [];
  for (const { resourceNo, startAt, data } of rows) {
    const start = startAt.getTime();
    if (resourceNo === AXIS_NO) blocks.push({ start, axis: decodeAxis(data), resources: new Map() });
    else blocks.at(-1)?.resources.set(resourceNo, decodeBlock(data));
  }
  return blocks;
}
