import { between, logBetween, pick } from '../draw.ts';
import { DAY_SECONDS, type Family } from '../family.ts';
import {
  disk,
  fullTrace,
  GIB,
  type Level,
  MIB,
  type Noise,
  noiseOf,
  QUIET,
  type Random,
  type Range,
  type Resource,
  sum,
} from './host.ts';
import { EVEN, growth, inChunks, type Pace, saw } from './shapes.ts';

/** Days after which those that fill are full. */
const FULL_DAY: Range = [16, 29];

/** Some hosts swing by several per cent a day, most by next to nothing. */
const BUSY: Noise = { ...QUIET, quick: [0.0001, 0.0036], daily: [0.0001, 0.075] };

interface Filling {
  level: Level;
  resource?: Resource;
  capacityBytes?: [number, number][];
}

/** A family that fills; without noise where nothing but whole chunks is told. */
const filling = (
  name: string,
  of: (random: Random, fullDay: number, days: number) => Filling,
  { noise = BUSY, isRunaway = false }: { noise?: Noise | null; isRunaway?: boolean } = {},
): Family => ({
  name,
  exhausts: true,
  isRunaway,
  make(random, days) {
    const fullDay = between(random, ...FULL_DAY);
    const { level, ...more } = of(random, fullDay, days);
    const noisy = noise === null ? level : sum(level, noiseOf(random, noise));
    return fullTrace({ family: name, random, days, level: noisy, ...more });
  },
});

/** From `base` up to full, from `from` days on. */
const fillingUp = (random: Random, base: number, from: number, fullDay: number, pace: Pace): Level => {
  const grown = growth(random, from, fullDay, pace);
  return (day) => base + (1 - base) * grown(day);
};

/** Logs, uploads or mail that nobody deletes. */
const slowLeak = filling('slow-leak', (random, fullDay) => ({
  level: fillingUp(random, between(random, 0.3, 0.7), 0, fullDay, EVEN),
}));

/** The same below logs that are rotated. */
const leakUnderSawtooth = filling('leak-under-sawtooth', (random, fullDay, days) => {
  const height = between(random, 0.09, 0.3);
  const base = between(random, 0.15, 0.47);
  const grown = growth(random, 0, fullDay, EVEN);
  return {
    level: sum((day) => base + (1 - base - 0.8 * height) * grown(day), saw(random, days, 1, [height, height], 0.15)),
  };
});

/** More users each day, or a retry that makes retries. */
const accelerating = filling('accelerating', (random, fullDay) => ({
  level: fillingUp(random, between(random, 0.3, 0.6), 0, fullDay, { ...EVEN, curve: [1, 3] }),
}));

/** Chunks that are taken whole, of a pool or of btrfs. */
const chunkStaircase = filling(
  'chunk-staircase',
  (random, fullDay) => {
    const level = fillingUp(random, between(random, 0.3, 0.65), 0, fullDay, EVEN);
    const kind = pick(random, ['btrfs-unallocated', 'thin-data', 'thin-metadata']);
    const bytes =
      kind === 'thin-metadata'
        ? Math.round(logBetween(random, 64, 1_024)) * MIB
        : Math.round(logBetween(random, 40, 400)) * GIB;
    const chunk = logBetween(random, 0.006, 0.042);
    return { level: inChunks(level, chunk), resource: { name: kind, bytes } };
  },
  { noise: null },
);

/** What CI leaves behind on the days on which people work. */
const weekdayStaircase = filling('weekday-staircase', (random, fullDay) => ({
  level: fillingUp(random, between(random, 0.3, 0.6), 0, fullDay, {
    ...EVEN,
    days: [0.2, 0.5],
    work: [0.85, 1],
    workHours: [1, 6],
    weekend: [0, 0.15],
  }),
}));

/** Nothing for weeks, then a new version that leaks. */
const lateOnset = filling('late-onset', (random, fullDay) => ({
  level: fillingUp(random, between(random, 0.3, 0.7), fullDay - logBetween(random, 1.5, 6.8), fullDay, EVEN),
}));

/** A log in a loop: full within hours. */
const runaway = filling(
  'runaway',
  (random, fullDay) => ({
    level: fillingUp(random, between(random, 0.2, 0.7), fullDay - logBetween(random, 8, 36) / 24, fullDay, EVEN),
  }),
  { isRunaway: true },
);

/** A leak that is answered with a larger disk, and goes on. */
const leakWithResize = filling('leak-with-resize', (random, fullDay) => {
  const { name, bytes } = disk(random);
  const larger = Math.round((bytes * between(random, 1.2, 1.6)) / GIB) * GIB;
  const base = between(random, 0.3, 0.5) * (bytes / larger);
  const level = fillingUp(random, base, 0, fullDay, EVEN);
  let day = 0;
  const at = between(random, 0.6, 0.8) * (bytes / larger);
  while (level(day) < at) day += 0.05;
  return {
    level,
    resource: { name, bytes: larger },
    capacityBytes: [
      [0, bytes],
      [Math.round(day * DAY_SECONDS), larger],
    ],
  };
});

export const FILLING_FAMILIES: readonly Family[] = [
  slowLeak,
  leakUnderSawtooth,
  accelerating,
  chunkStaircase,
  weekdayStaircase,
  lateOnset,
  runaway,
  leakWithResize,
];
