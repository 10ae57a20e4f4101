import { between, chance, logBetween, logNormal, pick, type Random, wholeBetween } from '../draw.ts';
import type { Family } from '../family.ts';
import { type Curve, DAY, HOUR, highest, sum, WEEK, walked } from './grid.ts';
import { accumulated, activity, bursts, churn, sawtooth } from './host.ts';
import { calmTrace, type Drawing } from './trace.ts';

/** Share of calm traces whose capacity changes; they are given more room before they are fuller than `GROWN_BY`. */
const RESIZES = 0.15;
const GROWN_BY = 0.93;

/** More room for what is there, or a quota that is cut and still leaves some. */
function calmResize(random: Random, minutes: number, use: Curve): Drawing['resize'] {
  const at = Math.floor(between(random, 0.1, 0.9) * minutes);
  const least = highest(use, 0, at) / GROWN_BY;
  if (!chance(random, RESIZES) || least > 1) return null;
  return { at, before: chance(random, 0.7) ? between(random, least, 1) : between(random, 1.05, 1.6) };
}

/** @param draw the use in each minute, as a share of the last capacity */
const calm = (name: string, draw: (random: Random, minutes: number) => Curve): Family => ({
  ...{ name, exhausts: false, isRunaway: false },
  make(random, days) {
    const minutes = days * DAY;
    const use = draw(random, minutes);
    const resize = calmResize(random, minutes, use);
    const capacityBytes = logBetween(random, 20e9, 8e12);
    return calmTrace(random, name, minutes, { resource: 'filesystem', capacityBytes, use, resize });
  },
});

/** Filled on purpose: a database's volume, or a cache that was cut to its size. */
const steadyNearFull = calm('steady-near-full', (random, minutes) => {
  const use = churn(random, minutes, 0.001, 0.016);
  return sum(between(random, 0.86, 0.97) - highest(use, 0, minutes) / 2, use);
});

/** Working files that heap up over the working days and go at the weekend. */
const weeklySeason = calm('weekly-season', (random, minutes) => {
  const [height, phase] = [between(random, 0.02, 0.1), between(random, 0, WEEK)];
  const [top, second] = [between(random, 0.35, 0.91), between(random, 0, 0.35)];
  const week: Curve = (minute) => {
    const angle = (2 * Math.PI * (minute - phase)) / WEEK;
    return (height * (Math.cos(angle) + second * Math.sin(2 * angle) - 1)) / 2;
  };
  return sum(top, week, churn(random, minutes, 0.003, 0.03));
});

/** What logs or images heap up until a timer rotates or prunes them, each day or each week. */
const dailyOrWeekly = calm('sawtooth', (random, minutes) => {
  const [isDaily, isHigh] = [chance(random, 0.55), chance(random, 0.25)];
  const top = isHigh ? between(random, 0.88, 0.96) : between(random, 0.35, 0.85);
  const height = isDaily ? between(random, 0.02, 0.2) : between(random, 0.04, isHigh ? 0.08 : 0.2);
  const teeth = sawtooth(random, minutes, isDaily ? DAY : WEEK, height);
  return sum(top - highest(teeth, 0, minutes), teeth, churn(random, minutes, 0.001, 0.01));
});

/** Data sets, restores or images that were copied in within minutes to hours, and then nothing. */
const stepThenFlat = calm('step-then-flat', (random, minutes) => {
  const [end, count] = [between(random, 0.4, 0.93), wholeBetween(random, 1, 3)];
  const steps = Array.from({ length: count }, (): Curve => {
    const [at, takes] = [between(random, 0.05, 0.95) * minutes, logBetween(random, 3, 8 * HOUR)];
    const height = between(random, 0.05, 0.4 / count);
    return (minute) => height * Math.min(1, Math.max(0, (minute - at) / takes));
  });
  return sum(end - sum(0, ...steps)(minutes), ...steps, churn(random, minutes, 0.002, 0.02));
});

/** Dumps, builds and unpacked images that come and go. */
const comeAndGo = calm('bursts', (random, minutes) => {
  const many = bursts(random, minutes, logBetween(random, 0.2, 4), between(random, 0.03, 0.2));
  const [top, high] = [between(random, 0.5, 0.97), highest(many, 0, minutes)];
  const scale = Math.min(1, (top - 0.1) / high);
  return sum(top - scale * high, (minute) => scale * many(minute), churn(random, minutes, 0.002, 0.02));
});

/** Grows to a bound at which it deletes its oldest: image collection, journals, retention by size. */
const bounded = calm('bounded', (random, minutes) => {
  const [high, deleted] = [between(random, 0.6, 0.91), logBetween(random, 0.01, 0.08)];
  const [aDay, busy] = [logBetween(random, 0.01, 0.12), activity(random, 0.3)];
  let pace = aDay;
  const level = walked(minutes, high - between(random, 0, 0.12), (minute, before) => {
    if (minute % HOUR === 0) pace = aDay * logNormal(random, 0.6);
    return before < high ? before + (pace * busy(minute)) / DAY : high - deleted * between(random, 0.8, 1.2);
  });
  return sum(0, level, churn(random, minutes, 0.001, 0.008));
});

/** A new service that fills its caches and indices, slower each day. */
const levelsOff = calm('levels-off', (random, minutes) => {
  const [end, rise] = [between(random, 0.4, 0.88), between(random, 0.08, 0.35)];
  const [settles, from] = [logBetween(random, 1, 9) * DAY, pick(random, [0, between(random, 0, 0.4)]) * minutes];
  const pace: Curve = (minute) => (minute < from ? 0 : Math.exp((from - minute) / settles));
  const grown = accumulated(random, minutes, pace, between(random, 0.1, 0.4));
  const scale = rise / grown(minutes);
  return sum(end - rise, (minute) => scale * grown(minute), churn(random, minutes, 0.002, 0.03));
});

export const CALM: readonly Family[] = [
  ...[steadyNearFull, weeklySeason, dailyOrWeekly, stepThenFlat, comeAndGo, bounded, levelsOff],
];
