import { between, pick } from '../draw.ts';
import type { Family } from '../family.ts';
import { type Course, diskBytes, drawn, drawnLog, type Range, thinMetadataBytes, traceOf } from './course.ts';
import { dayWave, jobsDone, sawOf, wandering, workDone } from './rhythm.ts';

interface Growth extends Pick<Course, 'used' | 'resizes'> {
  /** Of what comes and goes beside it; 1 when left out. */
  unrest?: number;
}
type Plan = (random: () => number, fullDay: number) => Growth;

const filling = (name: string, resources: readonly [string, ...string[]], plan: Plan): Family => ({
  ...{ name, exhausts: true, isRunaway: name.includes('runaway') },
  make: (random, days) => {
    const resource = pick(random, resources);
    const capacityBytes = resource === 'thin-metadata' ? thinMetadataBytes(random) : diskBytes(random);
    const fullDay = between(random, EARLIEST_FULL_DAY, days - 0.6);
    const { used, unrest = 1, resizes } = plan(random, fullDay);
    const [wave, daily] = [dayWave(random), drawnLog(random, DAILY) * unrest];
    const [wander, size] = [wandering(random, drawnLog(random, WANDER_DAYS)), drawnLog(random, WANDER) * unrest];
    const course: Course = {
      ...{ resource, capacityBytes, fullDay, resizes: resizes ?? [], noise: drawnLog(random, NOISE) * unrest },
      used: (day) => Math.max(LEAST_USED, used(day)) + daily * wave(day) + size * wander(day),
    };
    return traceOf(random, name, course, days);
  },
});

const EARLIEST_FULL_DAY = 14;
const LEAST_USED = 0.03;
const NOISE: Range = [0.0003, 0.003];
const DAILY: Range = [0.0005, 0.005];
const WANDER: Range = [0.002, 0.015];
const WANDER_DAYS: Range = [0.5, 3];
const DAY_SWING: Range = [0.2, 0.9];
/** How much is done at weekends, to a working day's 1. */
const WEEKEND: Range = [0.3, 1];
const FILESYSTEM = ['filesystem'] as const;

/** Something that is never deleted. */
const slowLeak = filling('slow-leak', FILESYSTEM, (random, fullDay) => {
  const [done, rate] = [workDone(random, DAY_SWING, drawn(random, WEEKEND)), drawnLog(random, [0.014, 0.035])];
  return { used: (day) => 1 - rate * (done(fullDay) - done(day)) };
});

/** Prunes that leave more each time. */
const leakUnderSawtooth = filling('leak-under-sawtooth', FILESYSTEM, (random, fullDay) => {
  const period = pick(random, [1, 1, 7] as const);
  const saw = sawOf(random, { period: [period, period], unevenness: 0.1 }, fullDay);
  const [height, rate] = [drawn(random, [0.08, 0.26]), drawnLog(random, [0.014, 0.035])];
  return { used: (day) => 1 - height - rate * (fullDay - day) + height * saw(day) };
});

/** What grows feeds on itself: users, retries, indexes. */
const accelerating = filling('accelerating', FILESYSTEM, (random, fullDay) => {
  const [start, power, done] = [drawn(random, [0.3, 0.6]), drawn(random, [1.2, 2.4]), workDone(random, DAY_SWING, 1)];
  return {
    used: (day) => start + (1 - start) * Math.max(0, done(day) / done(fullDay)) ** power,
  };
});

/** Room that is taken a chunk at a time; what is in the chunks does not show. */
const chunkStaircase = filling(
  'chunk-staircase',
  ['btrfs-unallocated', 'thin-data', 'thin-metadata'],
  (random, fullDay) => {
    const [rate, chunk] = [drawnLog(random, [0.014, 0.035]), drawnLog(random, [0.011, 0.047])];
    const done = workDone(random, DAY_SWING, drawn(random, WEEKEND));
    return {
      used: (day) => 1 - chunk * Math.floor((rate * (done(fullDay) - done(day))) / chunk),
      unrest: 0,
    };
  },
);

/** What builds leave behind, on working days. */
const weekdayStaircase = filling('weekday-staircase', FILESYSTEM, (random, fullDay) => {
  const [done, rate] = [
    jobsDone(random, { hours: [3, 14], unevenness: 0.35, weekend: [0, 0.3], scratch: [0, 3] }, fullDay),
    drawnLog(random, [0.015, 0.038]),
  ];
  return { used: (day) => 1 - rate * (done(fullDay) - done(day)) };
});

/** A release, a debug log: calm, and from one moment on a leak. */
const lateOnset = filling('late-onset', FILESYSTEM, (random, fullDay) => {
  const [level, length] = [drawn(random, [0.4, 0.75]), drawnLog(random, [2.5, 10])];
  const done = workDone(random, DAY_SWING, 1);
  const from = done(fullDay - length);
  const span = done(fullDay) - from;
  return {
    used: (day) => level + (1 - level) * Math.max(0, (done(day) - from) / span),
  };
});

/** A loop that writes: full within hours. */
const runaway = filling('runaway', FILESYSTEM, (random, fullDay) => {
  const [level, hours] = [drawn(random, [0.3, 0.78]), drawnLog(random, [3.5, 24])];
  return {
    used: (day) => level + (1 - level) * Math.max(0, 1 - (fullDay - day) / (hours / 24)),
  };
});

/** Someone gave it more room in time, and the leak goes on. */
const leakWithResize = filling('leak-with-resize', FILESYSTEM, (random, fullDay) => {
  const [level, share, length] = [
    drawn(random, [0.6, 0.8]),
    drawn(random, [1.1, 1.4]),
    drawn(random, [9, fullDay - 2]),
  ];
  const [done, resizeDay] = [workDone(random, DAY_SWING, drawn(random, WEEKEND)), fullDay - length];
  const rate = (share - level) / (done(fullDay) - done(resizeDay));
  return {
    resizes: [{ day: resizeDay, share }],
    used: (day) => share - rate * (done(fullDay) - done(day)),
  };
});

/** All become full. */
export const FILLING_FAMILIES: readonly Family[] = [
  ...[slowLeak, leakUnderSawtooth, accelerating, chunkStaircase],
  ...[weekdayStaircase, lateOnset, runaway, leakWithResize],
];
