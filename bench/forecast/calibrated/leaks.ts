import { DAY_SECONDS } from '../family.ts';
import type { Draw } from '../shapes/draw.ts';
import { churn, sumOf } from './churn.ts';
import { saw } from './saw.ts';
import { type Course, familyOf } from './story.ts';

/** When it will be full: seconds, in the later part of the trace. */
export const drawnFull = (draw: Draw, days: number): number => draw.between(0.58, 0.95) * days * DAY_SECONDS;

const leakChurn = (draw: Draw): Course => churn(draw, draw.logBetween(0.0003, 0.009));

/** A log that nobody rotates, a volume that nobody prunes. */
const slowLeak = familyOf({
  name: 'slow-leak',
  exhausts: true,
  course: (draw, days) => {
    const [from, full] = [draw.between(0.2, 0.62), drawnFull(draw, days)];
    return sumOf((at) => from + ((1 - from) * at) / full, leakChurn(draw));
  },
});

const leakUnderSawtooth = familyOf({
  name: 'leak-under-sawtooth',
  exhausts: true,
  course: (draw, days) => {
    const [from, full] = [draw.between(0.2, 0.6), drawnFull(draw, days)];
    const height = draw.between(0.04, 0.16);
    const teeth = saw(draw, { days: draw.pick([1, 1, 1, 2, 3]), height, uneven: draw.between(0, 0.2) });
    return sumOf((at) => from + ((1 - from - height / 2) * at) / full, teeth, leakChurn(draw));
  },
});

/** Each day it grows by more. */
const accelerating = familyOf({
  name: 'accelerating',
  exhausts: true,
  course: (draw, days) => {
    const [from, full] = [draw.between(0.4, 0.78), drawnFull(draw, days)];
    const power = draw.between(1.4, 2.2);
    return sumOf((at) => from + (1 - from) * (at / full) ** power, leakChurn(draw));
  },
});

/** Calm for a week or more, then a leak that takes days. */
const lateOnset = familyOf({
  name: 'late-onset',
  exhausts: true,
  course: (draw, days) => {
    const [level, onset] = [draw.between(0.5, 0.88), draw.between(0.3, 0.65) * days * DAY_SECONDS];
    const takes = Math.min(draw.logBetween(2.5, 14) * DAY_SECONDS, 0.97 * days * DAY_SECONDS - onset);
    return sumOf((at) => level + ((1 - level) * Math.max(0, at - onset)) / takes, leakChurn(draw));
  },
});

/** Calm, then full within hours: a debug log, a core dump in a loop. */
const runaway = familyOf({
  name: 'runaway',
  exhausts: true,
  isRunaway: true,
  course: (draw, days) => {
    const [level, onset] = [draw.between(0.3, 0.75), draw.between(0.4, 0.93) * days * DAY_SECONDS];
    const takes = (draw.logBetween(5, 30) / 24) * DAY_SECONDS;
    return sumOf((at) => level + ((1 - level) * Math.max(0, at - onset)) / takes, leakChurn(draw));
  },
});

export const LEAKS = [slowLeak, leakUnderSawtooth, accelerating, lateOnset, runaway];
