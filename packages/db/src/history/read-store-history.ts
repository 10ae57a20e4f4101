import type { SeriesName } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import { BucketCollector, type BucketRange, type SeriesBuckets } from './bucket-collector.ts';
import type { HostAddress } from './host-address.ts';
import { readBlocks } from './read-blocks.ts';
import { readRolledDays, readRolledHours } from './read-rolled.ts';

export type { HostAddress } from './host-address.ts';

export interface StoreSeries {
  resourceNo: number;
  series: SeriesName;
}

/** Every series that was ever read of the store; empty = the host has no such store in the organisation. */
export async function readStoreSeries(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  storeKey: string,
): Promise<StoreSeries[]> {
  return tx<StoreSeries[]>`
    SELECT resource_no AS "resourceNo", series FROM resource
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND store_key = ${storeKey}
    ORDER BY resource_no`;
}

/**
 * Min, max and last a bucket for each of `series`, in their order; a bucket in which nothing was read is null in all
 * three. From the snapshots that are not rolled up, in one scan, and from the coarsest of days, hours and blocks whose
 * borders are borders of buckets. What moves from the one to the other meanwhile is seen twice and not missed: it is
 * written where it is read later.
 */
export async function readBuckets(
  tx: TransactionSql,
  host: HostAddress,
  series: readonly StoreSeries[],
  range: BucketRange,
): Promise<SeriesBuckets[]> {
  if (series.length === 0) return [];
  const collected = series.map(() => new BucketCollector(range));
  const resourceNos = series.map(({ resourceNo }) => resourceNo);
  await addSnapshots(tx, host, resourceNos, range, collected);
  const collectorOf = new Map(resourceNos.map((no, index) => [no, collected[index] as BucketCollector]));
  const times = { from: new Date(range.from * 1_000), to: new Date(range.to * 1_000) };
  if (range.bucketSeconds % HOUR_SECONDS !== 0) {
    for (const { axis, resources } of await readBlocks(tx, host, resourceNos, times)) {
      for (const [resourceNo, readings] of resources) collectorOf.get(resourceNo)?.addBlock(axis, readings);
    }
  } else {
    const read = range.bucketSeconds % DAY_SECONDS === 0 ? readRolledDays : readRolledHours;
    for (const { resourceNo, end, summary } of await read(tx, host, resourceNos, times)) {
      // Its border belongs to the next bucket.
      collectorOf.get(resourceNo)?.add(end - 1, summary.min, summary.max, summary.last);
    }
  }
  return collected.map((collector) => collector.buckets);
}

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

async function addSnapshots(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  resourceNos: number[],
  { from, to, bucketSeconds }: BucketRange,
  collected: readonly BucketCollector[],
): Promise<void> {
  const rows = await tx
    .unsafe(bucketQuery(resourceNos.length), [
      ...[hostId, organisationId, new Date(from * 1_000), new Date(to * 1_000)],
      ...[resourceNos, bucketSeconds],
    ])
    .values();
  for (const [latest, ...values] of rows) {
    collected.forEach((collector, index) => {
      const [min, max, last] = values.slice(index * 3, index * 3 + 3);
      if (last !== null) collector.add(Number(latest), min, max, last);
    });
  }
}

/**
 * Rows of the time of a bucket's last sample, milliseconds since the epoch, and min, max and last of each resource.
 * Parameters: host_id, organisation_id, from, to, resource numbers, seconds of a bucket. The inner order serves the
 * grouping too, so nothing sorts again and array_agg's last element is the last reading.
 */
export function bucketQuery(seriesCount: number): string {
  const numbers = Array.from({ length: seriesCount }, (_, index) => index + 1);
  const values = numbers.map((n) => `s.readings[p.places[${n}]] AS v${n}`);
  const aggregates = numbers.map(
    (n) => `min(v${n}), max(v${n}), (array_agg(v${n}) FILTER (WHERE v${n} IS NOT NULL))[count(v${n})]`,
  );
  return `
    WITH place AS MATERIALIZED (
      SELECT l.layout_no, ARRAY(
        SELECT array_position(l.resource_nos, r.no) FROM unnest($5::integer[]) WITH ORDINALITY AS r (no, n) ORDER BY r.n
      ) AS places
      FROM layout l WHERE l.host_id = $1::bigint AND l.organisation_id = $2::uuid
    )
    SELECT extract(epoch FROM max(observed_at)) * 1000, ${aggregates.join(', ')}
    FROM (
      SELECT date_bin(make_interval(secs => $6::double precision), s.observed_at, to_timestamp(0)) AS bucket,
        s.observed_at, ${values.join(', ')}
      FROM snapshot s JOIN place p USING (layout_no)
      WHERE s.host_id = $1::bigint AND s.organisation_id = $2::uuid
        AND s.observed_at >= $3::timestamptz AND s.observed_at < $4::timestamptz
      ORDER BY bucket, s.observed_at
    ) sample
    GROUP BY bucket`;
}
