import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { between, chance, logBetween, type Random } from './draw.ts';
import { drift, GRID_SECONDS, indexAt, type Levels, levelsOf, walk } from './levels.ts';
import { activityOf, type Calendar } from './rhythm.ts';

/** How long a scratch file of the working day lives. */
const SCRATCH_STAYS_SECONDS = 5.5 * HOUR_SECONDS;

/** What every volume has: files that come and go by the minute, 0.02 to 0.4 % of it. */
export const murmur = (random: Random, days: number): Levels =>
  drift(random, days, { spread: logBetween(random, 0.0002, 0.0015), memoryHours: between(random, 0.3, 12) });

/** A factor around 1 for rates: no process writes the same each hour. */
export function unevenness(random: Random, days: number): (seconds: number) => number {
  const spread = between(random, 0.1, 0.6);
  const logs = drift(random, days, { spread, memoryHours: between(random, 1, 30) });
  return (seconds) => Math.exp(logs[indexAt(seconds)] ?? 0);
}

/**
 * Rises from 0 and is emptied at the given moments down to what the clean-up leaves.
 *
 * @param missed the probability that a clean-up does not run; the next one after it does.
 */
export function saw(
  random: Random,
  days: number,
  { cleanUps, heightPerDay, missed = 0 }: { cleanUps: readonly number[]; heightPerDay: number; missed?: number },
): Levels {
  const uneven = unevenness(random, days);
  let didMiss = false;
  const done = cleanUps.filter(() => {
    didMiss = !didMiss && chance(random, missed);
    return !didMiss;
  });
  const cleanAt = new Set(done.map(indexAt));
  const leaves = between(random, 0, 0.15);
  const rise = (seconds: number) => (heightPerDay * uneven(seconds) * GRID_SECONDS) / DAY_SECONDS;
  return walk(days, between(random, 0, heightPerDay / 4), (level, seconds) =>
    cleanAt.has(indexAt(seconds)) ? level * leaves * random() : level + rise(seconds),
  );
}

/** From 0 at night to 1 on a working day at noon, smoothed by how long the files stay. */
export function dailyWave(days: number, calendar: Calendar): Levels {
  let level = 0;
  return levelsOf(days, (seconds) => {
    level += ((activityOf(calendar, seconds) - level) * GRID_SECONDS) / SCRATCH_STAYS_SECONDS;
    return level;
  });
}
