import { percentile } from '../ingest/load-phases.ts';

/** Of the fastest calls: more than this from the smallest fleet to the largest is growth, less is noise. */
const GROWTH = 1.5;
/** Shorter ones differ by the machine's mood. */
const LEAST_GROWTH_MS = 2;

export const QUERIES = ['fleet', 'year', 'asOf', 'compare', 'growers'] as const;
export type QueryName = (typeof QUERIES)[number];

/** Milliseconds of one call. */
export interface QueryTimes {
  fastest: number;
  p50: number;
  p95: number;
}

/** What the queries cost at a fleet's size. */
export interface ScaleTimes {
  hosts: number;
  times: Record<QueryName, QueryTimes>;
}

export function timesOf(milliseconds: readonly number[]): QueryTimes {
  const sorted = Float64Array.from(milliseconds).sort();
  const [fastest = Number.NaN] = sorted;
  return { fastest, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
}

/** Those whose fastest call is slower on the largest fleet than on the smallest; none where there is one size. */
export function growingQueries(scales: readonly ScaleTimes[]): QueryName[] {
  const bySize = [...scales].sort((one, other) => one.hosts - other.hosts);
  const [smallest, largest] = [bySize[0], bySize.at(-1)];
  if (!smallest || !largest) return [];
  return QUERIES.filter((name) => {
    const [before, after] = [smallest.times[name].fastest, largest.times[name].fastest];
    return after > before * GROWTH && after - before > LEAST_GROWTH_MS;
  });
}
