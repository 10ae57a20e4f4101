import type { Reading } from '@silt/domain';
import type { Axis, BlockReadings } from './block-codec.ts';

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

/** Collects what was read of one series, from wherever and in any order. */
export class BucketCollector {
  readonly buckets: SeriesBuckets;
  readonly #range: BucketRange;
  /** Milliseconds since the epoch of each bucket's last. */
  readonly #lastAt: Float64Array;

  constructor(range: BucketRange) {
    const length = (range.to - range.from) / range.bucketSeconds;
    const nulls = (): Reading[] => new Array(length).fill(null);
    this.#range = range;
    this.#lastAt = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
    this.buckets = { min: nulls(), max: nulls(), last: nulls() };
  }

  /** @param at milliseconds since the epoch; what is outside the range is left out. */
  add(at: number, low: number, high: number, latest: number): void {
    const { from, to, bucketSeconds } = this.#range;
    if (at < from * 1_000 || at >= to * 1_000) return;
    const bucket = Math.floor((at / 1_000 - from) / bucketSeconds);
    const { min, max, last } = this.buckets;
    min[bucket] = Math.min(min[bucket] ?? low, low);
    max[bucket] = Math.max(max[bucket] ?? high, high);
    if (at < (this.#lastAt[bucket] as number)) return;
    last[bucket] = latest;
    this.#lastAt[bucket] = at;
  }

  addBlock({ times }: Axis, { min, max, last }: BlockReadings): void {
    for (let place = 0; place < times.length; place += 1) {
      const latest = last[place] as number;
      if (!Number.isNaN(latest)) this.add(times[place] as number, min[place] as number, max[place] as number, latest);
    }
  }
}
