import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { normal, type Random } from './draw.ts';

export const GRID_SECONDS = 120;

/** How far a clamped drift gets from 0, in deviations. */
const DRIFT_BOUND = 2.5;

/** How far over full a growth is set, so that rounding to blocks cannot keep it below. */
const OVERSHOOT = 2e-4;

/** Used as a share of the first capacity, one each GRID_SECONDS from second 0 to the last of the trace. */
export type Levels = Float64Array;

/** A change of level by `by` (a share), spread evenly over `overSeconds` from second `at`. */
export interface Jump {
  at: number;
  by: number;
  overSeconds: number;
}

const lengthOf = (days: number) => Math.floor((days * DAY_SECONDS) / GRID_SECONDS) + 1;

export const indexAt = (seconds: number): number => Math.floor(seconds / GRID_SECONDS);

export const levelsOf = (days: number, levelAt: (seconds: number) => number): Levels =>
  Float64Array.from({ length: lengthOf(days) }, (_, index) => levelAt(index * GRID_SECONDS));

/** @param next from the level before and the second of the new one. */
export function walk(days: number, start: number, next: (level: number, seconds: number) => number): Levels {
  let level = start;
  return levelsOf(days, (seconds) => {
    if (seconds > 0) level = next(level, seconds);
    return level;
  });
}

export const sum = (first: Levels, ...others: Levels[]): Levels =>
  first.map((level, index) => others.reduce((total, other) => total + (other[index] ?? 0), level));

/** Wanders around 0 and comes back (Ornstein and Uhlenbeck); never further than 2.5 of its `spread`. */
export function drift(
  random: Random,
  days: number,
  { spread, memoryHours }: { spread: number; memoryHours: number },
): Levels {
  const kept = Math.exp(-GRID_SECONDS / (memoryHours * HOUR_SECONDS));
  const push = spread * Math.sqrt(1 - kept * kept);
  const bound = DRIFT_BOUND * spread;
  return walk(days, 0, (level) => Math.min(bound, Math.max(-bound, kept * level + push * normal(random))));
}

/** From 0, at `sharePerDay` of each moment. */
export const grown = (days: number, sharePerDay: (seconds: number) => number): Levels =>
  walk(days, 0, (level, seconds) => level + (sharePerDay(seconds) * GRID_SECONDS) / DAY_SECONDS);

/** All jumps on top of each other, from 0. One before the start or after the end is left out. */
export function jumped(days: number, jumps: readonly Jump[]): Levels {
  const changes = new Float64Array(lengthOf(days));
  for (const { at, by, overSeconds } of jumps) {
    const parts = Math.max(1, Math.round(overSeconds / GRID_SECONDS));
    const first = Math.ceil(at / GRID_SECONDS);
    if (first < 0) continue;
    for (let part = 0; part < parts && first + part < changes.length; part += 1) {
      changes[first + part] = (changes[first + part] ?? 0) + by / parts;
    }
  }
  let level = 0;
  return changes.map((change) => {
    level += change;
    return level;
  });
}

export const most = (levels: Levels): number => levels.reduce((high, level) => Math.max(high, level), -Infinity);

/** Its form kept, with the least at `low` and the most at `high`; what does not move lies at `high`. */
export function stretched(levels: Levels, low: number, high: number): Levels {
  const least = levels.reduce((lowest, level) => Math.min(lowest, level), Infinity);
  const range = most(levels) - least;
  return levels.map((level) => (range > 0 ? low + ((level - least) / range) * (high - low) : high));
}

/** Moved up or down as a whole, so that its most is `high`. */
export function toppedAt(levels: Levels, high: number): Levels {
  const shift = high - most(levels);
  return levels.map((level) => level + shift);
}

/** The moment in the day before `seconds` at which it is highest. */
export function crestBefore(levels: Levels, seconds: number): number {
  const from = indexAt(seconds - DAY_SECONDS);
  const day = levels.subarray(Math.max(0, from), indexAt(seconds) + 1);
  return (Math.max(0, from) + day.indexOf(most(day))) * GRID_SECONDS;
}

/**
 * `start` and `overlay` and as much of `growth` as reaches `limit` at `fullAt` seconds; a crest of the overlay may reach it
 * earlier.
 *
 * @param growth from 0, above 0 at `fullAt`.
 */
export function filledAt(
  fullAt: number,
  { start, growth, overlay, limit = 1 }: { start: number; growth: Levels; overlay: Levels; limit?: number },
): Levels {
  const at = indexAt(fullAt);
  const scale = (limit + OVERSHOOT - start - (overlay[at] ?? 0)) / (growth[at] ?? 0);
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new Error('nothing grows until the moment at which it shall be full');
  return growth.map((level, index) => start + scale * level + (overlay[index] ?? 0));
}
