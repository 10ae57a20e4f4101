import type { Reading, SeriesName } from '@silt/domain';
import type { TransactionSql } from '../client.ts';

export interface HostAddress {
  hostId: number;
  organisationId: string;
}

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

const SPACING_PROBES = 24;
const PROBE_SAMPLES = 3;
/** Samples farther apart than this are no beat but an outage. */
export const MAX_BEAT_SPACING_SECONDS = 900;

/**
 * The widest regular distance between neighbouring samples in a range, whole seconds: at 24 places, the smaller of two
 * distances in a row, so that an outage does not count as a beat. Null = no place had three samples near each other.
 */
export async function readSampleSpacing(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  { from, to }: { from: Date; to: Date },
): Promise<number | null> {
  const step = (to.getTime() - from.getTime()) / SPACING_PROBES;
  const starts = Array.from({ length: SPACING_PROBES }, (_, probe) =>
    new Date(from.getTime() + probe * step).toISOString(),
  );
  const reach = Math.max(step / 1_000, MAX_BEAT_SPACING_SECONDS * PROBE_SAMPLES);
  const [row] = await tx<[{ spacing: number | null }]>`
    SELECT max(near.distance)::double precision AS spacing
    FROM unnest(${starts}::timestamptz[]) AS probe (start)
    CROSS JOIN LATERAL (
      SELECT min(distance) AS distance, count(distance) AS distances FROM (
        SELECT extract(epoch FROM observed_at - lag(observed_at) OVER (ORDER BY observed_at)) AS distance FROM (
          SELECT observed_at FROM snapshot
          WHERE host_id = ${hostId} AND organisation_id = ${organisationId}
            AND observed_at >= probe.start AND observed_at < ${to}
            AND observed_at < probe.start + make_interval(secs => ${reach})
          ORDER BY observed_at LIMIT ${PROBE_SAMPLES}
        ) sample
      ) pair
    ) near
    WHERE near.distances = ${PROBE_SAMPLES - 1} AND near.distance <= ${MAX_BEAT_SPACING_SECONDS}`;
  return row.spacing === null ? null : Math.round(row.spacing);
}

export interface BucketRange {
  /** Seconds since the epoch, multiples of `bucketSeconds`; `to` is not part of it. */
  from: number;
  to: number;
  bucketSeconds: number;
}

export interface SeriesBuckets {
  min: Reading[];
  max: Reading[];
  /** The last number that was read in the bucket. */
  last: Reading[];
}

/**
 * Min, max and last a bucket for each of `series`, in their order; a bucket in which nothing was read is null in all
 * three. One scan of the host's samples in the range, whatever the number of series. A series stands at a place that
 * may differ with each layout.
 */
export async function readBuckets(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  series: readonly StoreSeries[],
  { from, to, bucketSeconds }: BucketRange,
): Promise<SeriesBuckets[]> {
  const length = (to - from) / bucketSeconds;
  const buckets = series.map((): SeriesBuckets => ({ min: nulls(length), max: nulls(length), last: nulls(length) }));
  if (series.length === 0) return buckets;
  const resourceNos = series.map(({ resourceNo }) => resourceNo);
  const rows = await tx
    .unsafe(bucketQuery(series.length), [
      ...[hostId, organisationId, new Date(from * 1_000), new Date(to * 1_000)],
      ...[resourceNos, bucketSeconds],
    ])
    .values();
  for (const [time, ...values] of rows) {
    const bucket = (Number(time) - from) / bucketSeconds;
    buckets.forEach(({ min, max, last }, index) => {
      min[bucket] = values[index * 3];
      max[bucket] = values[index * 3 + 1];
      last[bucket] = values[index * 3 + 2];
    });
  }
  return buckets;
}

const nulls = (length: number): Reading[] => new Array(length).fill(null);

/** The inner order serves the grouping too, so nothing sorts again and array_agg's last element is the last reading. */
function bucketQuery(seriesCount: number): string {
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
    SELECT extract(epoch FROM bucket)::double precision, ${aggregates.join(', ')}
    FROM (
      SELECT date_bin(make_interval(secs => $6::double precision), s.observed_at, to_timestamp(0)) AS bucket,
        ${values.join(', ')}
      FROM snapshot s JOIN place p USING (layout_no)
      WHERE s.host_id = $1::bigint AND s.organisation_id = $2::uuid
        AND s.observed_at >= $3::timestamptz AND s.observed_at < $4::timestamptz
      ORDER BY bucket, s.observed_at
    ) sample
    GROUP BY bucket`;
}
