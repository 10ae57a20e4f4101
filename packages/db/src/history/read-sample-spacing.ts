import type { TransactionSql } from '../client.ts';
import type { HostAddress } from './host-address.ts';
import { readBlocks } from './read-blocks.ts';

const SPACING_PROBES = 24;
const PROBE_SAMPLES = 3;
/** Samples farther apart than this are no beat but an outage. */
export const MAX_BEAT_SPACING_SECONDS = 900;

interface Probes {
  /** Milliseconds since the epoch. */
  starts: number[];
  to: number;
  /** A probe takes no sample farther than this from its start, seconds. */
  reachSeconds: number;
}

/**
 * The widest regular distance between neighbouring samples in a range, whole seconds: at 24 places, the smaller of two
 * distances in a row, so that an outage does not count as a beat. Null = no place had three samples near each other.
 */
export async function readSampleSpacing(
  tx: TransactionSql,
  host: HostAddress,
  { from, to }: { from: Date; to: Date },
): Promise<number | null> {
  const step = (to.getTime() - from.getTime()) / SPACING_PROBES;
  const probes: Probes = {
    starts: Array.from({ length: SPACING_PROBES }, (_, probe) => from.getTime() + probe * step),
    to: to.getTime(),
    reachSeconds: Math.max(step / 1_000, MAX_BEAT_SPACING_SECONDS * PROBE_SAMPLES),
  };
  const spacings = [
    await snapshotSpacing(tx, host, probes),
    blockSpacing(
      (await readBlocks(tx, host, [], { from, to })).flatMap(({ axis }) => [...axis.times]),
      probes,
    ),
  ].filter((spacing) => spacing !== null);
  return spacings.length === 0 ? null : Math.round(Math.max(...spacings));
}

async function snapshotSpacing(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  { starts, to, reachSeconds }: Probes,
): Promise<number | null> {
  const [row] = await tx<[{ spacing: number | null }]>`
    SELECT max(near.distance)::double precision AS spacing
    FROM unnest(${starts.map((start) => new Date(start).toISOString())}::timestamptz[]) AS probe (start)
    CROSS JOIN LATERAL (
      SELECT min(distance) AS distance, count(distance) AS distances FROM (
        SELECT extract(epoch FROM observed_at - lag(observed_at) OVER (ORDER BY observed_at)) AS distance FROM (
          SELECT observed_at FROM snapshot
          WHERE host_id = ${hostId} AND organisation_id = ${organisationId}
            AND observed_at >= probe.start AND observed_at < ${new Date(to)}
            AND observed_at < probe.start + make_interval(secs => ${reachSeconds})
          ORDER BY observed_at LIMIT ${PROBE_SAMPLES}
        ) sample
      ) pair
    ) near
    WHERE near.distances = ${PROBE_SAMPLES - 1} AND near.distance <= ${MAX_BEAT_SPACING_SECONDS}`;
  return row.spacing;
}

/** @param times in order. */
function blockSpacing(times: readonly number[], { starts, to, reachSeconds }: Probes): number | null {
  let widest: number | null = null;
  let place = 0;
  for (const start of starts) {
    while (place < times.length && (times[place] as number) < start) place += 1;
    const [first, second, third] = times
      .slice(place, place + PROBE_SAMPLES)
      .filter((time) => time < Math.min(to, start + reachSeconds * 1_000));
    if (first === undefined || second === undefined || third === undefined) continue;
    const distance = Math.min(second - first, third - second) / 1_000;
    if (distance <= MAX_BEAT_SPACING_SECONDS) widest = Math.max(widest ?? 0, distance);
  }
  return widest;
}
