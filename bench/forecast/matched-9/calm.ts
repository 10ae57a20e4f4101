import { between, logBetween, pick } from '../draw.ts';
import type { Family } from '../family.ts';
import { calmTrace, type Level, type Noise, noiseOf, QUIET, type Random, sum } from './host.ts';
import { bursts, chanceBursts, saw } from './shapes.ts';

/** A family in which nothing is wrong, of the levels it makes. */
const calm = (name: string, levelOf: (random: Random, days: number) => Level, noise: Noise = QUIET): Family => ({
  name,
  exhausts: false,
  isRunaway: false,
  make(random, days) {
    const level = sum(levelOf(random, days), noiseOf(random, noise));
    return calmTrace({ family: name, random, days, level });
  },
});

const at =
  (level: number): Level =>
  () =>
    level;

/** A disk that was bought about as large as what it holds, and holds the same for ever. */
const steadyHigh = calm('steady-high', (random) => at(between(random, 0.86, 0.97)), {
  ...QUIET,
  quick: [0.0005, 0.0025],
});

/** People work from Monday to Friday: it grows by day, and is cleaned up by night and at the weekend. */
const weeklySeason = calm('weekly-season', (random) => {
  const [base, height, monday] = [between(random, 0.3, 0.75), between(random, 0.03, 0.15), between(random, 0, 7)];
  const daily = height * between(random, 0.2, 0.6);
  return (day) => {
    const week = Math.sin((2 * Math.PI * (day + monday)) / 7);
    return base + (height / 2) * week + (daily / 2) * Math.sin(2 * Math.PI * (day + monday));
  };
});

/** Logs of a day, rotated at night. */
const dailySawtooth = calm('daily-sawtooth', (random, days) =>
  sum(at(between(random, 0.3, 0.7)), saw(random, days, 1, [0.02, 0.09], 0.2)),
);

/** Images and build caches, pruned once a week. */
const weeklySawtooth = calm('weekly-sawtooth', (random, days) =>
  sum(at(between(random, 0.53, 0.69)), saw(random, days, 7, [0.1, 0.2], 0.15)),
);

/** The same on a disk that is nearly full at the end of each week. */
const highSawtooth = calm('high-sawtooth', (random, days) => {
  const [top, height] = [between(random, 0.83, 0.91), between(random, 0.05, 0.15)];
  return sum(at(top - height), saw(random, days, pick(random, [1, 7]), [height, height], 0.05));
});

/** Something large is put there at once, and stays. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const [base, size] = [between(random, 0.2, 0.6), between(random, 0.1, 0.35)];
  const [from, hours] = [between(random, 0.1, 0.9) * days, logBetween(random, 0.2, 12)];
  return (day) => base + size * Math.min(1, Math.max(0, ((day - from) * 24) / hours));
});

/** Dumps, exports and builds that are deleted when they are done. */
const burstsFamily = calm('bursts', (random, days) => {
  const some = chanceBursts(random, days, {
    aMonth: [5.5, 15.5],
    size: [0.1, 0.35],
    riseHours: [0.3, 3],
    stayHours: [0.3, 10],
  });
  const base = between(random, 0.25, 0.55);
  return sum(at(base), bursts(some, 0.02));
});

/** A log store or cache that deletes the oldest once it is at its bound. */
const selfCleaning = calm('self-cleaning', (random, days) => {
  const [bound, height] = [between(random, 0.8, 0.88), between(random, 0.03, 0.07)];
  return sum(at(bound - height), saw(random, days, logBetween(random, 0.8, 2.5), [height, height], 0.02));
});

export const CALM_FAMILIES: readonly Family[] = [
  steadyHigh,
  weeklySeason,
  dailySawtooth,
  weeklySawtooth,
  highSawtooth,
  stepThenFlat,
  burstsFamily,
  selfCleaning,
];
