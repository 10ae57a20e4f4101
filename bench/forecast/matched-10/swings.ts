import { between, logBetween, logNormal, normal, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import type { Curve, Range } from './growth.ts';

/** What is asked with rising times: independent readings plus a wander that is forgotten within hours. */
export function noise(random: Random, size: number): Curve {
  const memory = logBetween(random, 1, 12) * HOUR_SECONDS;
  let [wander, last] = [0, 0];
  return (at) => {
    const kept = Math.exp(-(at - last) / memory);
    wander = kept * wander + Math.sqrt(1 - kept ** 2) * size * normal(random);
    last = at;
    return wander + size * normal(random);
  };
}

/** A sine of some period, around 0. */
export function season(random: Random, height: number, periodDays: number): Curve {
  const phase = between(random, 0, 2 * Math.PI);
  return (at) => (height / 2) * Math.sin((2 * Math.PI * at) / (periodDays * DAY_SECONDS) + phase);
}

export interface SawRanges {
  /** What a tooth takes before it is pruned. */
  height: number;
  periodDays: number;
  /** Deviation of the logarithm of a tooth's height. */
  toothSpread: number;
}

/** Rises for a period and is pruned to 0 at its end, each tooth with its own height. */
export function saw(random: Random, { height, periodDays, toothSpread }: SawRanges, endAt: number): Curve {
  const period = periodDays * DAY_SECONDS;
  const phase = between(random, 0, period);
  const teeth = Array.from({ length: Math.ceil(endAt / period) + 2 }, () => height * logNormal(random, toothSpread));
  return (at) => {
    const place = (at + phase) / period;
    return (place % 1) * (teeth[Math.floor(place)] ?? height);
  };
}

export interface BurstRanges {
  everyDays: number;
  /** Each burst's height is drawn from these. */
  heights: Range;
  lastHours: Range;
  riseHours: Range;
}

/** Something large is written, stays for some hours and is removed. */
export function bursts(random: Random, ranges: BurstRanges, endAt: number): Curve {
  const all: { from: number; rise: number; upTo: number; height: number }[] = [];
  let from = ranges.everyDays * between(random, 0, 2) * DAY_SECONDS;
  while (from < endAt) {
    const rise = logBetween(random, ...ranges.riseHours) * HOUR_SECONDS;
    const upTo = from + rise + logBetween(random, ...ranges.lastHours) * HOUR_SECONDS;
    all.push({ from, rise, upTo, height: logBetween(random, ...ranges.heights) });
    from = upTo + ranges.everyDays * between(random, 0.3, 1.7) * DAY_SECONDS;
  }
  return (at) => {
    const burst = all.find((one) => at >= one.from && at < one.upTo);
    return burst ? burst.height * Math.min(1, (at - burst.from) / burst.rise) : 0;
  };
}
