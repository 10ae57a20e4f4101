import { logNormal, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

/** A value at a moment in seconds. */
export type Curve = (at: number) => number;

/** A number is drawn from it for each trace. */
export type Range = readonly [low: number, high: number];

export interface GrowthRanges {
  fullAt: number;
  /** How fast it grows at a moment, in any unit; constant if left out. */
  pace?: Curve;
  /** How unlike its days are, and the hours of a day: deviations of the logarithm. */
  daySpread: number;
  hourSpread: number;
}

/** What was written by a moment, rising from 0 to 1 at `fullAt` and on. */
export function growth(random: Random, { fullAt, pace = () => 1, daySpread, hourSpread }: GrowthRanges): Curve {
  const sums = [0];
  let day = 1;
  for (let hour = 0; hour * HOUR_SECONDS <= fullAt + DAY_SECONDS; hour += 1) {
    if (hour % 24 === 0) day = logNormal(random, daySpread);
    sums.push((sums[hour] as number) + pace((hour + 0.5) * HOUR_SECONDS) * day * logNormal(random, hourSpread));
  }
  const sumAt = (at: number): number => {
    const hour = Math.min(sums.length - 2, Math.floor(at / HOUR_SECONDS));
    const [before, after] = [sums[hour] as number, sums[hour + 1] as number];
    return before + (after - before) * (at / HOUR_SECONDS - hour);
  };
  const whole = sumAt(fullAt);
  return (at) => sumAt(at) / whole;
}

/** Storage that is taken in pieces: the least number of pieces that holds it. */
export const inChunks = (share: number, chunk: number): number => Math.ceil(share / chunk) * chunk;
