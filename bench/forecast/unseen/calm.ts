import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { calmFamily, type Draft, fileSystem, PAGE_BYTES } from './families.ts';
import { bursts, commonRipple, drawLumps, growth, type Path, sawtooth, sumOf } from './paths.ts';
import { drawClockFault, outageHoles, readTimes, restartHoles } from './read-times.ts';
import { activity, drawRhythm } from './rhythm.ts';

const flat = (times: readonly number[], level: number): Path => times.map(() => level);
/** A database or an image store that was given just what it needs. */
export const steadyHigh = calmFamily('steady-high', (random, days) => {
  const times = readTimes(random, days);
  const level = flat(times, between(random, 0.86, 0.965));
  return fileSystem(random, times, sumOf(level, commonRipple(random, times, drawRhythm(random))));
});

/** Images, logs and build cache that a timer prunes, each night or each week. */
export const timedPrune = calmFamily('timed-prune', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const everyDays = pick(random, [1, 1, 1, 2, 7] as const);
  const height = everyDays === 1 ? logBetween(random, 0.03, 0.18) : logBetween(random, 0.05, 0.22);
  const highest = chance(random, 0.2) ? between(random, 0.86, 0.95) : between(random, 0.45, 0.86);
  const teeth = sawtooth(random, times, rhythm, { everyDays, atHour: between(random, 0, 6), height, mostLeft: 0.15 });
  const level = flat(times, highest - height);
  return fileSystem(random, times, sumOf(level, teeth, commonRipple(random, times, rhythm)));
});

/** The kubelet's image collector: from a high mark down to a low one, whenever the high one is reached. */
export const imageCollector = calmFamily('image-collector', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const high = pick(random, [0.75, 0.8, 0.85, 0.85, 0.85] as const);
  const low = high - between(random, 0.04, 0.12);
  const perDay = logBetween(random, 0.006, 0.04);
  const pulled = growth(random, times, drawLumps(random), (at) => perDay * activity(rhythm, at));
  let freed = between(random, 0, 0.05) - low;
  const used = pulled.map((share) => {
    if (share - freed > high) freed = share - low + between(random, 0, 0.02);
    return share - freed;
  });
  return fileSystem(random, times, sumOf(used, commonRipple(random, times, rhythm)));
});

/** Each release adds its images, some take old ones along. */
export const releaseSteps = calmFamily('release-steps', (random, days) => {
  const times = readTimes(random, days);
  const steps = Array.from({ length: wholeBetween(random, 1, 4) }, () => ({
    at: between(random, 2, days - 1) * DAY_SECONDS,
    height: logBetween(random, 0.02, 0.2) * (chance(random, 0.7) ? 1 : -1),
    seconds: logBetween(random, 0.1, 4) * HOUR_SECONDS,
  }));
  const stepped = times.map((time) =>
    steps.reduce((sum, { at, height, seconds }) => sum + height * Math.min(1, Math.max(0, (time - at) / seconds)), 0),
  );
  const level = flat(times, between(random, 0.35, 0.75));
  return fileSystem(random, times, sumOf(level, stepped, commonRipple(random, times, drawRhythm(random))));
});

/** A build host: much and gone again, several times a day. */
export const buildBursts = calmFamily('build-bursts', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const by = { perDay: logBetween(random, 0.2, 3), lowestHeight: 0.02, highestHeight: 0.25, longestHours: 10 };
  const level = flat(times, between(random, 0.35, 0.7));
  return fileSystem(
    random,
    times,
    sumOf(level, bursts(random, times, rhythm, by), commonRipple(random, times, rhythm)),
  );
});

/** A registry mirror or a cache that is new, until it holds what is asked for. */
export const cacheWarmUp = calmFamily('cache-warm-up', (random, days) => {
  const times = readTimes(random, days);
  const start = between(random, 0.1, 0.5);
  const rise = between(random, 0.15, 0.4);
  const memory = logBetween(random, 1.5, 8) * DAY_SECONDS;
  const rateAt = (at: number): number => (rise * DAY_SECONDS * Math.exp(-at / memory)) / memory;
  const warmed = growth(random, times, drawLumps(random), rateAt);
  return fileSystem(random, times, sumOf(flat(times, start), warmed, commonRipple(random, times, drawRhythm(random))));
});

/** Weeks of patches: restarts, hours without a reading, clocks set right, a volume enlarged. */
export const patchedHost = calmFamily('patched-host', (random, days) => {
  const holes = [
    ...restartHoles(random, days, wholeBetween(random, 2, 8)),
    ...outageHoles(random, days, wholeBetween(random, 0, 3)),
  ];
  const times = readTimes(random, days, holes);
  const clockFaults = Array.from({ length: wholeBetween(random, 1, 3) }, () => drawClockFault(random, days, 180));
  const rhythm = drawRhythm(random);
  const level = flat(times, between(random, 0.3, 0.88));
  const draft = fileSystem(random, times, sumOf(level, commonRipple(random, times, rhythm)));
  return { ...draft, clockFaults, capacityBytes: maybeEnlarged(random, days, draft.capacityBytes) };
});

function maybeEnlarged(random: Random, days: number, capacityBytes: Draft['capacityBytes']): Draft['capacityBytes'] {
  const bytes = capacityBytes[0]?.[1] ?? 0;
  if (chance(random, 0.5)) return capacityBytes;
  const at = Math.floor(between(random, 3, days - 3) * DAY_SECONDS);
  const enlarged = Math.round((bytes * between(random, 1.1, 1.6)) / PAGE_BYTES) * PAGE_BYTES;
  return [...capacityBytes, [at, enlarged]];
}
