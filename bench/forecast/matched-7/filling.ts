import { between, chance, logBetween, pick, type Random } from '../draw.ts';
import type { Family } from '../family.ts';
import { DAY, GIB, HOUR, MIB, type Resource, readTrace, type Use } from './host.ts';
import { dailySwing, growth, saw, wander } from './parts.ts';

type Made = Pick<Resource, 'use' | 'noise'> & Partial<Resource>;

const filling = (name: string, make: (random: Random, days: number, fullBy: number) => Made): Family => ({
  ...{ name, exhausts: true, isRunaway: name.includes('runaway') },
  make: (random, days) => {
    const fullBy = between(random, 12, 29) * DAY;
    const bytes = Math.round(logBetween(random, 20, 4_000)) * GIB;
    return readTrace(random, days, {
      family: name,
      resource: 'filesystem',
      bytes,
      fullBy,
      ...make(random, days, fullBy),
    });
  },
});

/** Where it begins, so that it takes so much a day until full. */
const levelBefore = (perDay: number, fullBy: number): number => Math.max(0.04, 1 - (perDay * fullBy) / DAY);

/** Most hosts do by night what they do by day; some are far fuller by day. */
const swingOf = (random: Random): number =>
  chance(random, 0.22) ? between(random, 0.025, 0.055) : logBetween(random, 0.0003, 0.003);

/** Where little comes and goes but what leaks. */
const noiseOf = (random: Random): number => logBetween(random, 0.00005, 0.0005);

/** Most of what grows does so by day. */
const nightlyOf = (random: Random): number => between(random, 0, 0.65);

/** Files that nobody deletes. */
const slowLeak = filling('slow-leak', (random, days, fullBy) => {
  const level = levelBefore(between(random, 0.0132, 0.033), fullBy);
  const leak = growth(random, days, {
    from: 0,
    to: fullBy,
    spread: 0.25,
    stepHours: 96,
    nightly: between(random, 0.2, 0.8),
  });
  const drift = wander(random, days, logBetween(random, 0.0004, 0.0025), 3);
  const [swing, day] = [swingOf(random), dailySwing(random)];
  return {
    use: (at) => level + (1 - level) * leak(at) + drift(at) + swing * day(at),
    noise: chance(random, 0.4) ? between(random, 0.002, 0.005) : noiseOf(random),
  };
});

/** What is deleted is less than what comes. */
const leakUnderSawtooth = filling('leak-under-sawtooth', (random, days, fullBy) => {
  const height = between(random, 0.05, 0.25);
  const level = levelBefore(between(random, 0.014, 0.037), fullBy);
  const leak = growth(random, days, { from: 0, to: fullBy, spread: 0.6, stepHours: 6 });
  const teeth = saw(random, days, 1, 0.1);
  return {
    use: (at) => level + (1 - level) * leak(at) + height * (teeth(at) - 0.5),
    noise: noiseOf(random),
  };
});

/** Each week more than the week before. */
const accelerating = filling('accelerating', (random, days, fullBy) => {
  const level = between(random, 0.3, 0.7);
  const bend = between(random, 1, 2.7);
  const leak = growth(random, days, {
    from: 0,
    to: fullBy,
    spread: 0.3,
    stepHours: 6,
    nightly: between(random, 0.3, 0.9),
    bend,
  });
  const drift = wander(random, days, logBetween(random, 0.0005, 0.0025), 3);
  const [swing, day] = [swingOf(random), dailySwing(random)];
  return {
    use: (at) => level + (1 - level) * leak(at) + drift(at) + swing * day(at),
    noise: noiseOf(random),
  };
});

/** What is given out in pieces: chunks of btrfs, extents of a thin pool, its metadata. */
const chunkStaircase = filling('chunk-staircase', (random, days, fullBy) => {
  const [resource, bytes] = pick(random, [
    ['btrfs-unallocated', Math.round(logBetween(random, 50, 250)) * GIB],
    ['thin-data', Math.round(logBetween(random, 100, 2_000)) * GIB],
    ['thin-metadata', Math.round(logBetween(random, 64, 1_000)) * MIB],
  ]);
  const piece = logBetween(random, 0.0008, 0.022);
  const level = levelBefore(between(random, 0.0132, 0.033), fullBy);
  const leak = growth(random, days, { from: 0, to: fullBy, spread: 0.22, stepHours: 6, nightly: nightlyOf(random) });
  const use: Use = (at) => piece * Math.ceil((level + (1 - level) * leak(at)) / piece);
  return { use, noise: 0, resource, bytes };
});

/** Workspaces that a build server leaves behind, on working days for the most part. */
const weekdayStaircase = filling('weekday-staircase', (random, days, fullBy) => {
  const level = levelBefore(between(random, 0.014, 0.037), fullBy);
  const weekend = between(random, 0, 0.5);
  const jobs = growth(random, days, {
    from: 0,
    to: fullBy,
    spread: 0.4,
    stepHours: 4,
    weekend,
    nightly: between(random, 0.3, 0.8),
  });
  const piece = logBetween(random, 0.001, 0.004);
  const use: Use = (at) => piece * Math.floor((level + (1 - level) * jobs(at)) / piece);
  return { use, noise: noiseOf(random) };
});

/** A new release logs without end, after weeks in which nothing was. */
const lateOnset = filling('late-onset', (random, days, fullBy) => {
  const level = between(random, 0.5, 0.8);
  const from = fullBy - logBetween(random, 1.9, 6) * DAY;
  const leak = growth(random, days, {
    from,
    to: fullBy,
    spread: 0.3,
    stepHours: 3,
    nightly: between(random, 0.2, 0.9),
  });
  const drift = wander(random, days, logBetween(random, 0.0005, 0.003), 3);
  return { use: (at) => level + (1 - level) * leak(at) + drift(at), noise: noiseOf(random) };
});

/** A loop that writes: all that was free goes within hours. */
const runaway = filling('runaway', (random, days, fullBy) => {
  const level = between(random, 0.4, 0.8);
  const from = fullBy - logBetween(random, 7, 33) * HOUR;
  const leak = growth(random, days, { from, to: fullBy, spread: 0.3, stepHours: 1 });
  const drift = wander(random, days, logBetween(random, 0.001, 0.004), 3);
  return { use: (at) => level + (1 - level) * leak(at) + drift(at), noise: noiseOf(random) };
});

/** A slow leak whose quota is cut to little more than what is used. */
const quotaCut = filling('quota-cut', (random, days, fullBy) => {
  const top = between(random, 0.5, 0.82);
  const perDay = logBetween(random, 0.01, 0.03);
  const level = Math.max(0.1, top - (perDay * fullBy) / DAY);
  const leak = growth(random, days, {
    from: 0,
    to: fullBy,
    spread: 0.18,
    stepHours: 6,
    nightly: between(random, 0.2, 0.9),
  });
  const cutAt = fullBy - logBetween(random, 2, 11) * DAY;
  const drift = wander(random, days, 0.001, 12);
  return {
    use: (at) => level + (top - level) * leak(at) + drift(at),
    noise: noiseOf(random),
    resizes: [[cutAt, top]],
  };
});

export const FILLING: readonly Family[] = [
  ...[slowLeak, leakUnderSawtooth, accelerating, chunkStaircase],
  ...[weekdayStaircase, lateOnset, runaway, quotaCut],
];
