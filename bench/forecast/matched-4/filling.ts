import { between, chance, logBetween, type Random } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { dayWave, diskBytes, GIB, growth, MIB, type Plan, saw, traceOf } from './trace-of.ts';

type Parts = Pick<Plan, 'used'> & Partial<Pick<Plan, 'resource' | 'capacity' | 'resize' | 'noise'>>;

/** A family that is full at `fullAt`, drawn from `earliest` to 29 days, or somewhat before by what is on top. */
function filling(
  name: string,
  earliest: number,
  parts: (random: Random, fullAt: number) => Parts,
  isRunaway = false,
): Family {
  return {
    name,
    exhausts: true,
    isRunaway,
    make(random, days) {
      const fullAt = between(random, earliest, days - 1) * DAY_SECONDS;
      const [capacity, noise] = [diskBytes(random), logBetween(random, 0.0006, 0.009)];
      return traceOf(random, { family: name, days, capacity, noise, fullAt, ...parts(random, fullAt) });
    },
  };
}

const even = (): number => 1;
/** How much the days of a growth differ. */
const DAYS_DIFFER = 0.07;

/** Files that nobody deletes, from the first day on. */
const slowLeak = filling('slow-leak', 16, (random, fullAt) => {
  const [start, wave] = [between(random, 0.35, 0.68), dayWave(random, 0.003, 0.0125)];
  const grown = growth(random, fullAt, DAYS_DIFFER, even);
  return { used: (at) => start + (1 - start) * grown(at) + wave(at) };
});

/** A timer prunes each day, but less than what came. */
const leakUnderSawtooth = filling('leak-under-sawtooth', 16, (random, fullAt) => {
  const start = between(random, 0.3, 0.58);
  const [teeth, grown] = [
    saw(random, DAY_SECONDS, between(random, 0.1, 0.26), 0.2),
    growth(random, fullAt, DAYS_DIFFER, even),
  ];
  return { used: (at) => start + (1 - start) * grown(at) + teeth(at) };
});

/** Each day takes more than the one before. */
const accelerating = filling('accelerating', 14, (random, fullAt) => {
  const [start, power, wave] = [between(random, 0.2, 0.6), between(random, 0.6, 1.8), dayWave(random, 0.0003, 0.003)];
  const grown = growth(random, fullAt, DAYS_DIFFER, (at) => (at / fullAt) ** power);
  return { noise: logBetween(random, 0.0005, 0.006), used: (at) => start + (1 - start) * grown(at) + wave(at) };
});

/** What is allocated in chunks, and not given back. */
const chunkStaircase = filling('chunk-staircase', 14, (random, fullAt) => {
  const [start, chunk] = [between(random, 0.35, 0.68), logBetween(random, 0.01, 0.06)];
  const grown = growth(random, fullAt, DAYS_DIFFER, even);
  const isThin = chance(random, 0.5);
  return {
    resource: isThin ? 'thin-metadata' : 'btrfs-unallocated',
    capacity: isThin ? logBetween(random, 64 * MIB, 1_024 * MIB) : logBetween(random, 64, 2_048) * GIB,
    noise: 0,
    used: (at) => Math.min(1, start + chunk * Math.floor(((1 - start) * grown(at)) / chunk)),
  };
});

/** What the runs of a working day leave. */
const weekdayStaircase = filling('weekday-staircase', 14, (random, fullAt) => {
  const [start, phase] = [between(random, 0.35, 0.68), Math.floor(between(random, 0, 7))];
  const [opens, hours] = [between(random, 6, 10), between(random, 4, 10)];
  const grown = growth(random, fullAt, 0.18, (at) => {
    const hour = (at % DAY_SECONDS) / HOUR_SECONDS;
    const isWeekend = Math.floor(at / DAY_SECONDS + phase) % 7 >= 5;
    return hour >= opens && hour < opens + hours ? (isWeekend ? 0.01 : 1) : 0.01;
  });
  return { used: (at) => start + (1 - start) * grown(at) };
});

/** Calm for weeks, then a leak of some days. */
const lateOnset = filling('late-onset', 12, (random, fullAt) => {
  const [start, wave] = [between(random, 0.45, 0.82), dayWave(random, 0.0003, 0.004)];
  const onset = fullAt - between(random, 1.2, 6.2) * DAY_SECONDS;
  const grown = growth(random, fullAt, DAYS_DIFFER, (at) => (at < onset ? 0 : 1));
  return { noise: logBetween(random, 0.0004, 0.005), used: (at) => start + (1 - start) * grown(at) + wave(at) };
});

/** A log in a loop: from calm to full within hours. */
const runaway = filling(
  'runaway',
  6,
  (random, fullAt) => {
    const [start, wave] = [between(random, 0.3, 0.75), dayWave(random, 0.003, 0.0125)];
    const onset = fullAt - between(random, 6, 30) * HOUR_SECONDS;
    return {
      used: (at) => start + (1 - start) * Math.max(0, (at - onset) / (fullAt - onset)) + wave(at),
    };
  },
  true,
);

/** A leak that was given more room, and took that too, at times faster than before. */
const leakWithResize = filling('leak-with-resize', 16, (random, fullAt) => {
  const [start, due, factor] = [between(random, 0.4, 0.65), between(random, 0.72, 0.92), between(random, 1.12, 1.45)];
  const [pace, wave] = [logBetween(random, 0.9, 1.5), dayWave(random, 0.003, 0.0125)];
  const before = due - start;
  const at = (fullAt * before) / (before + (factor - due) / pace);
  const grown = growth(random, fullAt, DAYS_DIFFER, (hour) => (hour < at ? 1 : pace));
  return { resize: { at, factor }, used: (at) => start + (factor - start) * grown(at) + wave(at) };
});

export const FILLING_FAMILIES: readonly Family[] = [
  ...[slowLeak, leakUnderSawtooth, accelerating, chunkStaircase, weekdayStaircase, lateOnset, runaway, leakWithResize],
];
