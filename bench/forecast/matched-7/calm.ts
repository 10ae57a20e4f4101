import { between, chance, logBetween, logNormal, pick, type Random, wholeBetween } from '../draw.ts';
import type { Family } from '../family.ts';
import { DAY, GIB, HOUR, type Resource, readTrace, type Use } from './host.ts';
import { dailySwing, growth, saw, wander, weeklySwing } from './parts.ts';

type Made = Pick<Resource, 'use' | 'noise' | 'resizes'>;

const calm = (name: string, make: (random: Random, days: number) => Made): Family => ({
  ...{ name, exhausts: false, isRunaway: false },
  make: (random, days) => {
    const bytes = Math.round(logBetween(random, 20, 4_000)) * GIB;
    return readTrace(random, days, {
      family: name,
      resource: 'filesystem',
      bytes,
      fullBy: null,
      ...make(random, days),
    });
  },
});

/** A volume that was filled once and is left so: media, an archive, a preallocated database. */
const steadyHigh = calm('steady-high', (random, days) => {
  const level = between(random, 0.86, 0.97);
  const free = 1 - level;
  const drift = wander(random, days, free * between(random, 0.01, 0.05), 48);
  return { use: (at) => level + drift(at), noise: free * logBetween(random, 0.006, 0.05) };
});

/** Fuller by day than by night, and in the week than at its end. */
const weeklySeason = calm('weekly-season', (random, days) => {
  const level = between(random, 0.62, 0.82);
  const [daily, weekly] = [between(random, 0.005, 0.025), between(random, 0.015, 0.05)];
  const [day, week, drift] = [dailySwing(random), weeklySwing(random), wander(random, days, 0.006, 36)];
  return {
    use: (at) => level + daily * day(at) + weekly * week(at) + drift(at),
    noise: logBetween(random, 0.0005, 0.004),
  };
});

function sawtooth(random: Random, days: number, top: number, height: number, periodDays: number): Made {
  const teeth = saw(random, days, periodDays, 0.08);
  const drift = wander(random, days, 0.005, 36);
  return { use: (at) => top - height + height * teeth(at) + drift(at), noise: logBetween(random, 0.0005, 0.004) };
}

/** Logs that are rotated each night, or images that are pruned each week. */
const pruned = calm('sawtooth', (random, days) =>
  chance(random, 0.5)
    ? sawtooth(random, days, between(random, 0.5, 0.76), between(random, 0.03, 0.15), 1)
    : sawtooth(random, days, between(random, 0.5, 0.76), between(random, 0.1, 0.3), 7),
);

/** The same where room is scarce. */
const highSawtooth = calm('high-sawtooth', (random, days) =>
  sawtooth(random, days, between(random, 0.78, 0.925), between(random, 0.03, 0.1), pick(random, [1, 2, 7])),
);

/** Something large is put there once, and stays. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const level = between(random, 0.3, 0.7);
  const height = between(random, 0.08, 0.25);
  const [since, takes] = [between(random, 4, 25) * DAY, logBetween(random, 0.2, 8) * HOUR];
  const drift = wander(random, days, 0.004, 36);
  const step: Use = (at) => height * Math.min(1, Math.max(0, (at - since) / takes));
  return { use: (at) => level + step(at) + drift(at), noise: logBetween(random, 0.0005, 0.004) };
});

/** Jobs that take much for some hours and give all of it back: builds, dumps, unpacked archives. */
const bursts = calm('bursts', (random, days) => {
  const level = between(random, 0.45, 0.75);
  const size = between(random, 0.28, 0.66) * (1 - level);
  const jobs = Array.from({ length: wholeBetween(random, 4, 15) }, () => ({
    from: between(random, 0, days) * DAY,
    rises: logBetween(random, 0.3, 4) * HOUR,
    stays: logBetween(random, 0.2, 3.5) * HOUR,
    takes: size * Math.min(1.1, logNormal(random, 0.3)),
  }));
  const drift = wander(random, days, 0.004, 36);
  const taken: Use = (at) =>
    jobs.reduce((most, { from, rises, stays, takes }) => {
      const since = at - from;
      return since < 0 || since > rises + stays ? most : Math.max(most, takes * Math.min(1, since / rises));
    }, 0);
  return { use: (at) => level + taken(at) + drift(at), noise: logBetween(random, 0.0005, 0.003) };
});

/** A cache or an index that warms up, until it has what it needs. */
const levelsOff = calm('growth-that-levels-off', (random, days) => {
  const top = between(random, 0.5, 0.86);
  const height = between(random, 0.12, 0.35);
  const takes = between(random, 2.5, 9) * DAY;
  const rise = growth(random, days, { from: 0, to: takes, spread: 0.5, stepHours: 6 });
  const drift = wander(random, days, 0.004, 36);
  return {
    use: (at) => top - height * Math.exp(-rise(at)) + drift(at),
    noise: logBetween(random, 0.0005, 0.003),
  };
});

/** A volume that is grown or shrunk while little happens on it. */
const resize = calm('resize', (random, days) => {
  const level = between(random, 0.5, 0.88);
  const resizes = Array.from({ length: wholeBetween(random, 1, 2) }, () => between(random, 3, 27) * DAY)
    .sort((one, other) => one - other)
    .map((at) => [at, Math.max(level * between(random, 1.06, 1.25), between(random, 0.8, 1.8))] as const);
  const swing = between(random, 0, 0.01);
  const [day, drift] = [dailySwing(random), wander(random, days, 0.005, 36)];
  return { use: (at) => level + swing * day(at) + drift(at), noise: logBetween(random, 0.0005, 0.003), resizes };
});

export const CALM: readonly Family[] = [
  ...[steadyHigh, weeklySeason, pruned, highSawtooth],
  ...[stepThenFlat, bursts, levelsOff, resize],
];
