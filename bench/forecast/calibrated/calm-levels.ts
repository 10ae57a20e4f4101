import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { churn, sumOf } from './churn.ts';
import { type Course, familyOf } from './story.ts';

/** Nothing happens; it creeps by at most a few per cent a month. */
const flat = familyOf({
  name: 'flat',
  exhausts: false,
  course: (draw, days) => {
    const level = draw.between(0.2, 0.78);
    const creep = draw.between(-0.02, 0.03) / (days * DAY_SECONDS);
    return sumOf((at) => level + creep * at, churn(draw, draw.logBetween(0.0005, 0.006)));
  },
});

/** An archive or a database that was laid out to be nearly full. */
const steadyHigh = familyOf({
  name: 'steady-high',
  exhausts: false,
  course: (draw) => {
    const level = draw.between(0.86, 0.97);
    return sumOf(() => level, churn(draw, draw.logBetween(0.0003, 0.004)));
  },
});

const WORKDAYS = 5;

/** It fills in the hours of work from Monday to Friday, and is emptied over the weekend. */
const weeklySeason = familyOf({
  name: 'weekly-season',
  exhausts: false,
  course: (draw) => {
    const [bottom, height] = [draw.between(0.45, 0.77), draw.between(0.04, 0.14)];
    const phase = draw.between(0, 7);
    const swing = draw.between(0, 0.15);
    const week: Course = (at) => {
      const day = (at / DAY_SECONDS + phase) % 7;
      const filled = day < WORKDAYS ? day / WORKDAYS : (7 - day) / (7 - WORKDAYS);
      return bottom + height * (filled + swing * Math.sin(2 * Math.PI * day));
    };
    return sumOf(week, churn(draw, draw.logBetween(0.0005, 0.005)));
  },
});

const HIGHEST_AFTER_STEPS = 0.93;

/** Images are pulled or a dump is restored: one to three times, over minutes to some hours, then nothing. */
const stepThenFlat = familyOf({
  name: 'step-then-flat',
  exhausts: false,
  course: (draw, days) => {
    const base = draw.between(0.2, 0.6);
    const top = draw.between(base + 0.2, HIGHEST_AFTER_STEPS);
    const count = draw.whole(1, 3);
    const steps = Array.from({ length: count }, () => ({
      from: draw.between(0.05, 0.95) * days * DAY_SECONDS,
      lasts: draw.logBetween(0.2, 4) * HOUR_SECONDS,
    }));
    const risen: Course = (at) =>
      steps.reduce((sum, { from, lasts }) => sum + Math.min(1, Math.max(0, (at - from) / lasts)), 0);
    return sumOf((at) => base + ((top - base) * risen(at)) / count, churn(draw, draw.logBetween(0.0005, 0.005)));
  },
});

export const CALM_LEVELS = [flat, steadyHigh, weeklySeason, stepThenFlat];
