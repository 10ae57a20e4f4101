import { theilSen } from './theil-sen.ts';

/** A stretch of a series in which one line holds. */
export interface Segment {
  /** Places of its first and last point. */
  first: number;
  last: number;
  /** Robust, in units of value a day. */
  slope: number;
}

/** Fewer points make no line. */
const MIN_POINTS = 4;
/** A split must leave less of the squared deviations than this. */
const SPLIT_SHARE = 0.3;
/** Stretches looked at, the youngest first. */
const MAX_SEGMENTS = 5;

/** Sums over the points before each place, from which a line through any stretch follows. */
interface Sums {
  t: Float64Array;
  tt: Float64Array;
  v: Float64Array;
  vv: Float64Array;
  tv: Float64Array;
}

/**
 * Splits a series where its slope or level changes for good, oldest stretch first. Only the youngest stretch is split
 * further, since what lies before it serves to compare.
 *
 * @param noise deviations below this are no reason to split.
 */
export function segmentsOf(times: Float64Array, values: Float64Array, length: number, noise: number): Segment[] {
  const sums = sumsOf(times, values, length);
  const segments: Segment[] = [];
  let first = 0;
  while (segments.length < MAX_SEGMENTS - 1) {
    const split = bestSplit(sums, first, length - 1, noise);
    if (split === null) break;
    segments.push(segmentOf(times, values, first, split - 1));
    first = split;
  }
  segments.push(segmentOf(times, values, first, length - 1));
  return segments;
}

function segmentOf(times: Float64Array, values: Float64Array, first: number, last: number): Segment {
  const points = { times: times.subarray(first, last + 1), values: values.subarray(first, last + 1) };
  return { first, last, slope: theilSen(points) };
}

/** First place of the younger part; null = one line is as good. */
function bestSplit(sums: Sums, first: number, last: number, noise: number): number | null {
  const count = last - first + 1;
  const whole = squaresOf(sums, first, last);
  if (whole <= count * noise * noise) return null;
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let place = first + MIN_POINTS; place <= last - MIN_POINTS + 1; place += 1) {
    const parts = squaresOf(sums, first, place - 1) + squaresOf(sums, place, last);
    if (parts < least) [best, least] = [place, parts];
  }
  return best >= 0 && least < SPLIT_SHARE * whole ? best : null;
}

function sumsOf(times: Float64Array, values: Float64Array, length: number): Sums {
  const zeros = (): Float64Array => new Float64Array(length + 1);
  const sums: Sums = { t: zeros(), tt: zeros(), v: zeros(), vv: zeros(), tv: zeros() };
  for (let place = 0; place < length; place += 1) {
    const [time, value] = [times[place] as number, values[place] as number];
    sums.t[place + 1] = (sums.t[place] as number) + time;
    sums.tt[place + 1] = (sums.tt[place] as number) + time * time;
    sums.v[place + 1] = (sums.v[place] as number) + value;
    sums.vv[place + 1] = (sums.vv[place] as number) + value * value;
    sums.tv[place + 1] = (sums.tv[place] as number) + time * value;
  }
  return sums;
}

/** Sum of the squared deviations from the least-squares line through a stretch. */
function squaresOf({ t, tt, v, vv, tv }: Sums, first: number, last: number): number {
  const of = (sum: Float64Array): number => (sum[last + 1] as number) - (sum[first] as number);
  const count = last - first + 1;
  const [time, value] = [of(t), of(v)];
  const spread = of(tt) - (time * time) / count;
  const together = of(tv) - (time * value) / count;
  const squares = of(vv) - (value * value) / count;
  return Math.max(0, spread > 0 ? squares - (together * together) / spread : squares);
}
