import { between, logBetween, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { drawFullAt, fileSystem, fillingFamily, fullBy, PAGE_BYTES } from './families.ts';
import { bursts, commonRipple, drawLumps, growth, type Path, sawtooth, sumOf } from './paths.ts';
import { readTimes } from './read-times.ts';
import { activity, drawOfficeRhythm, drawRhythm, type Rhythm } from './rhythm.ts';

/** So many shares a day in the mean of a week, more when the host is busy. */
function steadyGrowth(random: Random, times: number[], rhythm: Rhythm, perDay: number): Path {
  return growth(random, times, drawLumps(random), (at) => perDay * activity(rhythm, at));
}

/** Layers and volumes that nothing refers to any more. */
export const orphanedLayers = fillingFamily('orphaned-layers', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const leak = steadyGrowth(random, times, rhythm, logBetween(random, 0.011, 0.028));
  const raw = sumOf(leak, commonRipple(random, times, rhythm));
  return fileSystem(random, times, fullBy(raw, times, drawFullAt(random, days, 16)));
});

/** A timer prunes images, what else grows stays. */
export const leakUnderPrune = fillingFamily('leak-under-prune', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const leak = steadyGrowth(random, times, rhythm, logBetween(random, 0.016, 0.05));
  const everyDays = pick(random, [1, 1, 1, 1, 2, 7] as const);
  const height = logBetween(random, 0.04, 0.16);
  const teeth = sawtooth(random, times, rhythm, { everyDays, atHour: between(random, 0, 6), height, mostLeft: 0.15 });
  const raw = sumOf(leak, teeth, commonRipple(random, times, rhythm));
  return fileSystem(random, times, fullBy(raw, times, drawFullAt(random, days, 11)));
});

/** More tenants each week, or a retry that makes more of itself. */
export const accelerating = fillingFamily('accelerating', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const fullAt = drawFullAt(random, days, 11);
  const memory = between(random, 5, 13) * DAY_SECONDS;
  const lastPerDay = logBetween(random, 0.03, 0.1);
  const rateAt = (at: number): number => lastPerDay * Math.exp((at - fullAt) / memory) * activity(rhythm, at);
  const leak = growth(random, times, drawLumps(random), rateAt);
  return fileSystem(random, times, fullBy(sumOf(leak, commonRipple(random, times, rhythm)), times, fullAt));
});

/** Calm for a week and more, until a release forgets to close, to rotate or to remove. */
export const leakAfterRelease = fillingFamily('leak-after-release', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const fullAt = drawFullAt(random, days, 14);
  const onset = fullAt - between(random, 1.75, 5) * DAY_SECONDS;
  const perDay = logBetween(random, 0.04, 0.14);
  const rateAt = (at: number): number => (at < onset ? 0 : perDay * activity(rhythm, at));
  const leak = growth(random, times, drawLumps(random), rateAt);
  return fileSystem(random, times, fullBy(sumOf(leak, commonRipple(random, times, rhythm)), times, fullAt));
});

/** Working directories and build containers that jobs leave on working days. */
export const ciLeftovers = fillingFamily('ci-leftovers', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawOfficeRhythm(random);
  const leak = steadyGrowth(random, times, rhythm, logBetween(random, 0.016, 0.05));
  const by = { perDay: logBetween(random, 2, 10), lowestHeight: 0.005, highestHeight: 0.035, longestHours: 5 };
  const raw = sumOf(leak, bursts(random, times, rhythm, by), commonRipple(random, times, rhythm));
  return fileSystem(random, times, fullBy(raw, times, drawFullAt(random, days, 11)));
});

const EARLIEST_ENLARGED_DAYS = 3;

/** Someone enlarges the volume in good time, and the leak goes on. */
export const leakEnlargedOnce = fillingFamily('leak-enlarged-once', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const leak = steadyGrowth(random, times, rhythm, logBetween(random, 0.018, 0.05));
  const raw = sumOf(leak, commonRipple(random, times, rhythm));
  const enlargedTo = between(random, 1.1, 1.6);
  const used = fullBy(raw, times, drawFullAt(random, days, 14), enlargedTo);
  const room = between(random, 0.15, 0.45);
  const noticedAt = times[used.findIndex((share) => share >= 1 - room)] ?? 0;
  if (noticedAt < EARLIEST_ENLARGED_DAYS * DAY_SECONDS) return null;
  const draft = fileSystem(random, times, used);
  const bytes = draft.capacityBytes[0]?.[1] ?? 0;
  const enlarged = Math.round((bytes * enlargedTo) / PAGE_BYTES) * PAGE_BYTES;
  return { ...draft, capacityBytes: [...draft.capacityBytes, [noticedAt, enlarged]] };
});

/** A log in debug mode, a core dump in a loop: full within hours of its onset. */
export const runawayLog = fillingFamily('runaway-log', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const fullAt = drawFullAt(random, days, 10);
  const hours = logBetween(random, 6, 30);
  const onset = fullAt - hours * HOUR_SECONDS;
  const perDay = (between(random, 0.12, 0.6) * 24) / hours;
  const lumps = { perDay: logBetween(random, 200, 5_000), spread: between(random, 0.4, 1.3) };
  const leak = growth(random, times, lumps, (at) => (at < onset ? 0 : perDay));
  return fileSystem(random, times, fullBy(sumOf(leak, commonRipple(random, times, rhythm)), times, fullAt));
});
