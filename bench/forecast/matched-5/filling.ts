import { between, logBetween, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { growth, inChunks, type Pace, saw } from './courses.ts';
import { familyOf, type Kind, unrest } from './record.ts';

/** Something is wrong: it fills. */
const filling = (name: string, plan: Kind['plan']): Family => familyOf({ name, exhausts: true, plan });

/** A leak that begins at `start` and is at 1 at `full`, seconds. */
interface Leak {
  start: number;
  full: number;
}

/** Of the capacity, by most leaks. */
const PER_DAY: [number, number] = [0.0145, 0.045];
const LATEST_FULL_DAYS = 25;
/** At most so much of the capacity is taken while one looks. */
const MAX_GAIN = 0.9;

function leak(random: Random, [slowest, fastest]: [number, number], earliestFullDays = 3): Leak {
  const perDay = logBetween(random, slowest, fastest);
  const days = between(random, earliestFullDays, Math.min(LATEST_FULL_DAYS, MAX_GAIN / perDay));
  return { start: 1 - perDay * days, full: days * DAY_SECONDS };
}

/** Some hosts take about as much each hour, others work in lots or by day. */
const pace = (random: Random): Pace => ({
  daySpread: 0.08,
  hourSpread: logBetween(random, 0.1, 1.2),
  dayNight: between(random, 0.3, 1),
});

/** Between a quiet volume and one with much temporary data. */
const filesUnrest = (random: Random): ReturnType<typeof unrest> => unrest(random, 0.00004, 0.005);

/** Uploads, a database, logs that nobody prunes: day by day about as much, with busy and quiet hours. */
const slowLeak = filling('slow-leak', (random) => {
  const { start, full } = leak(random, PER_DAY);
  const grown = growth(random, full, pace(random));
  return { used: (at) => start + (1 - start) * grown(at), ...filesUnrest(random) };
});

/** The same below what a nightly job makes and prunes. */
const leakUnderSaw = filling('leak-under-sawtooth', (random, days) => {
  const { start, full } = leak(random, [0.014, 0.035], 12);
  const height = logBetween(random, 0.08, 0.28);
  const grown = growth(random, full, { daySpread: 0.1, hourSpread: 0.3, dayNight: 0 });
  const rounds = saw(random, days, { hours: [24, 24], spread: 0.15 });
  return {
    used: (at) => start + (1 - start) * grown(at) + height * (rounds(at) - 0.5),
    ...filesUnrest(random),
  };
});

/** Each day a bit more than the day before. */
const accelerating = filling('accelerating', (random) => {
  const full = between(random, 10, 29) * DAY_SECONDS;
  const start = between(random, 0.2, 0.65);
  const power = between(random, 0.9, 2.9);
  const grown = growth(random, full, {
    ...pace(random),
    trend: (share) => Math.exp(power * share),
  });
  return { used: (at) => start + (1 - start) * grown(at), ...filesUnrest(random) };
});

/** A pool that hands out whole chunks, of which some are used up in hours and others in days. */
const chunkStaircase = filling('chunk-staircase', (random) => {
  const { start, full } = leak(random, PER_DAY);
  const chunk = logBetween(random, 0.006, 0.08);
  const grown = growth(random, full, pace(random));
  const steps = inChunks((at) => (1 - start) * grown(at), chunk);
  return {
    resource: pick(random, ['btrfs-unallocated', 'thin-data', 'thin-metadata']),
    used: (at) => (grown(at) >= 1 ? 1 : start + steps(at)),
  };
});

/** Leftovers of builds: most come in working hours, few at night and at weekends. */
const weekdayStaircase = filling('weekday-staircase', (random) => {
  const { start, full } = leak(random, PER_DAY);
  const grown = growth(random, full, {
    daySpread: 0.1,
    hourSpread: 0.3,
    dayNight: 0.95,
    weekend: between(random, 0.1, 0.55),
  });
  return { used: (at) => start + (1 - start) * grown(at), ...filesUnrest(random) };
});

/** All is calm for long, then something begins to leak. */
const lateOnset = filling('late-onset', (random) => {
  const full = between(random, 12, 29) * DAY_SECONDS;
  const onset = full - logBetween(random, 1.7, 8) * DAY_SECONDS;
  const start = between(random, 0.55, 0.9);
  const grown = growth(random, full - onset, pace(random));
  return {
    used: (at) => start + (at < onset ? 0 : (1 - start) * grown(at - onset)),
    ...filesUnrest(random),
  };
});

/** A log or a dump that gets out of hand: full within hours. */
const runaway = familyOf({
  name: 'runaway',
  exhausts: true,
  isRunaway: true,
  plan: (random) => {
    const full = between(random, 5, 29) * DAY_SECONDS;
    const onset = full - logBetween(random, 2.4, 15) * HOUR_SECONDS;
    const start = between(random, 0.25, 0.75);
    const bend = between(random, 0.8, 1.5);
    return {
      used: (at) => start + (at < onset ? 0 : (1 - start) * ((at - onset) / (full - onset)) ** bend),
      ...filesUnrest(random),
    };
  },
});

/** A leak whose volume was made larger when it got tight, and which fills the larger one too. */
const leakWithResize = filling('leak-with-resize', (random) => {
  const { start, full } = leak(random, [0.0145, 0.04], 15);
  const grown = growth(random, full, pace(random));
  const share = (at: number): number => start + (1 - start) * grown(at);
  const resizedAt = Math.floor(between(random, 0.1, 0.35) * full);
  const before = Math.max(between(random, 0.6, 0.8), 1.08 * share(resizedAt));
  const factor = before / share(resizedAt);
  return {
    used: (at) => factor * share(at),
    resizes: [[resizedAt, factor]],
    ...filesUnrest(random),
  };
});

export const FILLING_FAMILIES: readonly Family[] = [
  slowLeak,
  leakUnderSaw,
  accelerating,
  chunkStaircase,
  weekdayStaircase,
  lateOnset,
  runaway,
  leakWithResize,
];
