import { between, logBetween, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { saw, wave } from './courses.ts';
import { familyOf, type Kind, unrest } from './record.ts';

/** Nothing is wrong: it never fills. */
const calm = (name: string, plan: Kind['plan']): Family => familyOf({ name, exhausts: false, plan });

/** Nothing but what comes and goes. */
const flat = calm('flat', (random) => {
  const level = between(random, 0.15, 0.82);
  return { used: () => level, ...unrest(random, 0.001, 0.007) };
});

/** An archive or a database that was given its disk: full of use, and it stays so. */
const steadyHigh = calm('steady-high', (random, days) => {
  const level = between(random, 0.86, 0.97);
  const drift = between(random, -0.01, 0.01) / (days * DAY_SECONDS);
  return { used: (at) => level + drift * at, ...unrest(random, 0.0005, 0.003) };
});

/** Working days fill, the weekend cleans, and each day has its swing. */
const weeklySeason = calm('weekly-season', (random) => {
  const [level, ofWeek, ofDay] = [
    between(random, 0.4, 0.75),
    logBetween(random, 0.03, 0.08),
    logBetween(random, 0.005, 0.04),
  ];
  const [week, day] = [wave(7, random()), wave(1, random())];
  return { used: (at) => level + ofWeek * week(at) + ofDay * day(at), ...unrest(random, 0.001, 0.007) };
});

/** Backups, caches or logs that a job prunes each day or two, with little free at the top. */
const highSawtooth = calm('high-sawtooth', (random, days) => {
  const [top, height] = [between(random, 0.8, 0.9), logBetween(random, 0.05, 0.18)];
  const rounds = saw(random, days, { hours: [22, 47], spread: 0.08, rising: between(random, 0.75, 1) });
  return { used: (at) => top - height + height * rounds(at), ...unrest(random, 0.001, 0.007) };
});

/** A new data set is put there, once or a few times. */
const stepThenFlat = calm('step-then-flat', (random, days) => {
  const [level, steps] = [between(random, 0.2, 0.5), wholeBetween(random, 1, 3)];
  const all = Array.from({ length: steps }, () => ({
    from: between(random, 0.1, 0.9) * days * DAY_SECONDS,
    height: between(random, 0.06, 0.18),
    takes: logBetween(random, 0.3, 5) * HOUR_SECONDS,
  }));
  const risen = (at: number): number =>
    all.reduce((sum, { from, height, takes }) => sum + height * Math.min(1, Math.max(0, (at - from) / takes)), 0);
  return { used: (at) => level + risen(at), ...unrest(random, 0.001, 0.007) };
});

/** Jobs that need much for some hours and give it back. */
const bursts = calm('bursts', (random, days) => {
  const level = between(random, 0.4, 0.72);
  const all = Array.from({ length: wholeBetween(random, 4, 12) }, () => ({
    from: between(random, 0, days) * DAY_SECONDS,
    height: logBetween(random, 0.05, 0.2),
    rises: logBetween(random, 0.3, 4) * HOUR_SECONDS,
    stays: logBetween(random, 0.5, 8) * HOUR_SECONDS,
  }));
  const extra = (at: number): number =>
    all.reduce((high, { from, height, rises, stays }) => {
      const since = at - from;
      return since < 0 || since > rises + stays ? high : Math.max(high, height * Math.min(1, since / rises));
    }, 0);
  return { used: (at) => level + extra(at), ...unrest(random, 0.001, 0.007) };
});

/** A cache, journal or log store that grows to its bound and then drops its oldest part. */
const selfCleaning = calm('self-cleaning-at-bound', (random, days) => {
  const [bound, dropped] = [between(random, 0.74, 0.91), logBetween(random, 0.03, 0.12)];
  const perDay = logBetween(random, 0.01, 0.035);
  const start = bound - between(random, 0.02, 0.3);
  const readyAt = ((bound - start) / perDay) * DAY_SECONDS;
  const rounds = saw(random, days, { hours: [(dropped / perDay) * 24, (dropped / perDay) * 24], spread: 0 });
  return {
    used: (at) =>
      at < readyAt ? start + (perDay * at) / DAY_SECONDS : bound - dropped + dropped * rounds(at - readyAt),
    ...unrest(random, 0.001, 0.007),
  };
});

/** A new service that takes its place and has then enough. */
const levelsOff = calm('growth-levels-off', (random) => {
  const [start, gain, tau] = [between(random, 0.15, 0.45), between(random, 0.1, 0.42), between(random, 3, 9)];
  return { used: (at) => start + gain * (1 - Math.exp(-at / DAY_SECONDS / tau)), ...unrest(random, 0.001, 0.007) };
});

export const CALM_FAMILIES: readonly Family[] = [
  flat,
  steadyHigh,
  weeklySeason,
  highSawtooth,
  stepThenFlat,
  bursts,
  selfCleaning,
  levelsOff,
];
