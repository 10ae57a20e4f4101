import { between, chance, logBetween, logNormal, normal, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { poisson } from './poisson.ts';
import { activity, dayWave, type Rhythm } from './rhythm.ts';

/** A share of the first capacity at each reading. */
export type Path = number[];

export const sumOf = (first: Path, ...others: readonly Path[]): Path =>
  first.map((share, place) => others.reduce((sum, path) => sum + (path[place] ?? 0), share));

interface Lumps {
  /** Image layers, builds, snapshots, log files, in the mean. */
  perDay: number;
  /** Standard deviation of the logarithm of their sizes. */
  spread: number;
}

export const drawLumps = (random: Random): Lumps => ({
  perDay: logBetween(random, 25, 500),
  spread: between(random, 0.4, 1),
});

/** What is left for good, in lumps. `ratePerDay`: shares a day at a moment, in the mean. */
export function growth(random: Random, times: Path, lumps: Lumps, ratePerDay: (at: number) => number): Path {
  let [level, last] = [0, times[0] ?? 0];
  return times.map((at) => {
    const days = (at - last) / DAY_SECONDS;
    last = at;
    const meanShare = ratePerDay(at) * days;
    const count = poisson(random, lumps.perDay * days);
    level += lumped(random, count, lumps.spread) * (meanShare / Math.max(lumps.perDay * days, Number.MIN_VALUE));
    return level;
  });
}

/** Sum of `count` sizes with mean 1. */
function lumped(random: Random, count: number, spread: number): number {
  let sum = 0;
  for (let lump = 0; lump < count; lump += 1) sum += logNormal(random, spread);
  return sum;
}

interface Ripple {
  /** Standard deviation of what wanders, and the hours after which it has forgotten 63 % of it. */
  wander: number;
  memoryHours: number;
  /** Half of the difference of day and night. */
  wave: number;
  /** Standard deviation from reading to reading. */
  jitter: number;
}

export const drawRipple = (random: Random): Ripple => ({
  wander: logBetween(random, 0.0006, 0.008),
  memoryHours: logBetween(random, 2, 72),
  wave: logBetween(random, 0.0005, 0.008),
  jitter: logBetween(random, 0.00005, 0.001),
});

/** Temporary files, rotated logs, caches: around 0. */
export function ripple(random: Random, times: Path, rhythm: Rhythm, by: Ripple): Path {
  let [state, last] = [normal(random), times[0] ?? 0];
  return times.map((at) => {
    const kept = Math.exp(-(at - last) / (by.memoryHours * HOUR_SECONDS));
    last = at;
    state = kept * state + Math.sqrt(1 - kept ** 2) * normal(random);
    return by.wander * state + by.wave * dayWave(rhythm, at) + by.jitter * normal(random);
  });
}

export const commonRipple = (random: Random, times: Path, rhythm: Rhythm): Path =>
  ripple(random, times, rhythm, drawRipple(random));

interface Pruning {
  everyDays: number;
  atHour: number;
  /** What comes up to a prune, in the mean. */
  height: number;
  /** Of that, what a prune may leave. */
  mostLeft: number;
}

/** What comes with activity and is pruned on a timer, as by `docker image prune` or logrotate. */
export function sawtooth(random: Random, times: Path, rhythm: Rhythm, by: Pruning): Path {
  const phase = Math.floor(random() * by.everyDays) * DAY_SECONDS + by.atHour * HOUR_SECONDS;
  const periodOf = (at: number): number => Math.floor((at - phase) / (by.everyDays * DAY_SECONDS));
  const first = times[0] ?? 0;
  let [last, period] = [first, periodOf(first)];
  let level = by.height * ((first - phase) / (by.everyDays * DAY_SECONDS) - period);
  let pace = logNormal(random, 0.25);
  return times.map((at) => {
    if (periodOf(at) !== period) {
      level *= between(random, 0, by.mostLeft);
      pace = logNormal(random, 0.25);
      period = periodOf(at);
    }
    const days = (at - last) / DAY_SECONDS;
    last = at;
    level += pace * by.height * (days / by.everyDays) * activity(rhythm, at) * between(random, 0.4, 1.6);
    return level;
  });
}

interface Bursts {
  perDay: number;
  lowestHeight: number;
  highestHeight: number;
  longestHours: number;
}

/** Builds, imports, backups: up within minutes or hours, held for a while, gone at once. */
export function bursts(random: Random, times: Path, rhythm: Rhythm, by: Bursts): Path {
  const path = times.map(() => 0);
  let last = times[0] ?? 0;
  for (const [place, at] of times.entries()) {
    const mean = (by.perDay * activity(rhythm, at) * (at - last)) / DAY_SECONDS;
    last = at;
    if (chance(random, mean)) addBurst(random, times, path, place, by);
  }
  return path;
}

function addBurst(random: Random, times: Path, path: Path, from: number, by: Bursts): void {
  const height = logBetween(random, by.lowestHeight, by.highestHeight);
  const seconds = logBetween(random, 0.3, by.longestHours) * HOUR_SECONDS;
  const rise = seconds * between(random, 0.1, 0.9);
  const begin = times[from] ?? 0;
  for (let place = from; (times[place] ?? Infinity) < begin + seconds; place += 1)
    path[place] = (path[place] ?? 0) + height * Math.min(1, ((times[place] ?? 0) - begin) / rise);
}
