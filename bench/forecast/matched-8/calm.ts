import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { type Curve, hourly, record, saw, sum, swing, wander } from './recording.ts';

/** Share at which a burst ends at the latest. */
const HIGHEST_BURST = 0.97;

interface Calm {
  curve: Curve;
  noise: number;
}

/** A family in which nothing is wrong. */
const calm = (name: string, shape: (random: Random, days: number) => Calm): Family => ({
  name,
  exhausts: false,
  isRunaway: false,
  make: (random, days) =>
    record(random, days, { ...shape(random, days), family: name, exhausts: false, hasClockStep: chance(random, 0.05) }),
});

const level =
  (share: number): Curve =>
  () =>
    share;

/** A store that is kept nearly full: an archive, a cache, a media library. */
const steadyHigh = calm('steady-high', (random, days) => ({
  curve: sum(
    level(between(random, 0.86, 0.97)),
    wander(random, days, logBetween(random, 0.0005, 0.002), between(random, 3, 24)),
  ),
  noise: logBetween(random, 0.0003, 0.002),
}));

/** More in the middle of the week than at its end, with a little of the day in it. */
const weeklySeason = calm('weekly-season', (random, days) => ({
  curve: sum(
    level(between(random, 0.4, 0.75)),
    swing(random, between(random, 0.03, 0.07), 7),
    swing(random, between(random, 0.003, 0.02), 1),
    wander(random, days, 0.003, 12),
  ),
  noise: logBetween(random, 0.002, 0.006),
}));

/** A prune or a log rotation, each day or each week. */
const sawtooth = calm('sawtooth', (random) => {
  const periodDays = pick(random, [1, 1, 7]);
  const height = periodDays === 1 ? between(random, 0.03, 0.15) : between(random, 0.08, 0.3);
  return {
    curve: sum(level(between(random, 0.2, 0.5)), saw(random, height, periodDays)),
    noise: logBetween(random, 0.002, 0.006),
  };
});

/** The same near the top: it comes close to full each time, and never is. */
const highSawtooth = calm('high-sawtooth', (random) => {
  const periodDays = pick(random, [0.5, 1, 2]);
  const height = between(random, 0.03, 0.1);
  return {
    curve: sum(level(between(random, 0.78, 0.915) - height), saw(random, height, periodDays)),
    noise: logBetween(random, 0.002, 0.006),
  };
});

/** One thing was put there, a restore or an import, and that was all. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const [from, height] = [between(random, 0.25, 0.5), between(random, 0.15, 0.35)];
  const start = between(random, 2, days - 2) * DAY_SECONDS;
  const seconds = logBetween(random, 0.3, 6) * HOUR_SECONDS;
  return {
    curve: sum(
      (at) => from + height * Math.min(1, Math.max(0, (at - start) / seconds)),
      wander(random, days, 0.002, 12),
    ),
    noise: logBetween(random, 0.002, 0.006),
  };
});

/** Dumps, builds and downloads that come, stay for hours and are deleted. */
const bursts = calm('bursts', (random, days) => {
  const base = between(random, 0.42, 0.76);
  const some = Array.from({ length: wholeBetween(random, 6, 12) }, () => ({
    from: between(random, 0, days) * DAY_SECONDS,
    rise: logBetween(random, 0.3, 3) * HOUR_SECONDS,
    stay: logBetween(random, 0.7, 10) * HOUR_SECONDS,
    height: Math.min(between(random, 0.07, 0.26), HIGHEST_BURST - base),
  }));
  const burst: Curve = (at) =>
    some.reduce((high, { from, rise, stay, height }) => {
      const isOver = at < from || at > from + rise + stay;
      return isOver ? high : Math.max(high, height * Math.min(1, (at - from) / rise));
    }, 0);
  return {
    curve: sum(level(base), burst, wander(random, days, 0.002, 12)),
    noise: logBetween(random, 0.002, 0.006),
  };
});

/** Something deletes the oldest whenever a bound is reached. */
const selfCleaning = calm('self-cleaning', (random, days) => {
  const [bound, depth] = [between(random, 0.74, 0.88), between(random, 0.03, 0.1)];
  const perHour = depth / between(random, 1.5, 4) / 24;
  let used = bound - depth * random();
  const values = Array.from({ length: days * 24 + 2 }, () => {
    used += perHour * between(random, 0.2, 1.8);
    if (used >= bound) used -= depth * between(random, 0.8, 1.2);
    return used;
  });
  return { curve: hourly(values), noise: logBetween(random, 0.002, 0.006) };
});

/** A cache or an index that grows until it has what it needs. */
const levelsOff = calm('levels-off', (random, days) => {
  const [from, height] = [between(random, 0.1, 0.35), between(random, 0.2, 0.45)];
  const [start, pace] = [between(random, 0, 6) * DAY_SECONDS, between(random, 2, 6) * DAY_SECONDS];
  return {
    curve: sum(
      (at) => from + height * (1 - Math.exp(-Math.max(0, at - start) / pace)),
      wander(random, days, 0.002, 12),
    ),
    noise: logBetween(random, 0.002, 0.006),
  };
});

export const CALM_FAMILIES: readonly Family[] = [
  steadyHigh,
  weeklySeason,
  sawtooth,
  highSawtooth,
  stepThenFlat,
  bursts,
  selfCleaning,
  levelsOff,
];
