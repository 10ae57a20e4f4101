import { between, chance, logNormal, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

/** Courses have a value for each such step; readings are taken from them. */
export const STEP_SECONDS = 300;
export const STEPS_A_DAY = DAY_SECONDS / STEP_SECONDS;
export const STEPS_AN_HOUR = HOUR_SECONDS / STEP_SECONDS;
const WEEK_DAYS = 7;
const FIRST_WEEKEND_DAY = 5;

/** Something over time, a value a step. What is kept on a disk is in shares of the capacity at the start. */
export type Course = Float64Array;

/** A machine with its habits: when it is busy, and when its week begins. */
export interface Host {
  random: Random;
  steps: number;
  /** How much is done in a step; the mean of a week is about 1. */
  activity: Course;
  isWeekend(step: number): boolean;
}

export function drawHost(random: Random, days: number): Host {
  const steps = Math.ceil(days * STEPS_A_DAY);
  const firstStep = wholeBetween(random, 0, WEEK_DAYS * STEPS_A_DAY - 1);
  const isWeekend = (step: number): boolean =>
    Math.floor((step + firstStep) / STEPS_A_DAY) % WEEK_DAYS >= FIRST_WEEKEND_DAY;
  const [peakHour, width] = [between(random, 9, 20), between(random, 2.5, 6)];
  const night = between(random, 0.05, 0.9);
  const weekend = chance(random, 0.3) ? between(random, 0.8, 1.1) : between(random, 0.1, 0.7);
  const activity = courseOf(steps, (step) => {
    const hour = (((step + firstStep) % STEPS_A_DAY) / STEPS_A_DAY) * 24;
    const away = Math.min(Math.abs(hour - peakHour), 24 - Math.abs(hour - peakHour));
    return (night + (1 - night) * Math.exp(-0.5 * (away / width) ** 2)) * (isWeekend(step) ? weekend : 1);
  });
  const mean = activity.reduce((sum, value) => sum + value, 0) / steps;
  return { random, steps, activity: activity.map((value) => value / mean), isWeekend };
}

export const courseOf = (steps: number, valueAt: (step: number) => number): Course =>
  Float64Array.from({ length: steps }, (_, step) => valueAt(step));

/** The value of a course at a step; what was last holds on. */
export const valueAt = (course: Course, step: number): number =>
  course[Math.max(0, Math.min(course.length - 1, Math.floor(step)))] ?? 0;

export const sumOf = (first: Course, ...others: Course[]): Course =>
  first.map((value, step) => others.reduce((sum, other) => sum + valueAt(other, step), value));

/** What flows in at these rates adds up. */
export function cumulated(rates: Course): Course {
  let sum = 0;
  return rates.map((rate) => {
    sum += rate;
    return sum;
  });
}

/** Days differ, and a busy day is often followed by another: a factor a day, about 1. */
export function dayFactors({ random, steps }: Host, spread: number, memory: number): Course {
  const days = Math.ceil(steps / STEPS_A_DAY) + 1;
  let last = Math.log(logNormal(random, spread));
  const factors = Array.from({ length: days }, () => {
    last = memory * last + Math.sqrt(1 - memory ** 2) * Math.log(logNormal(random, spread));
    return Math.exp(last);
  });
  const phase = wholeBetween(random, 0, STEPS_A_DAY - 1);
  return courseOf(steps, (step) => factors[Math.floor((step + phase) / STEPS_A_DAY)] ?? 1);
}

/**
 * What a process adds in each step as long as nothing about it changes: partly by the clock, partly with the
 * activity of the host, with better and worse days and hours.
 */
export function drawRates(host: Host, spread = between(host.random, 0.06, 0.32)): Course {
  const withActivity = between(host.random, 0, 1);
  const days = dayFactors(host, spread, between(host.random, 0, 0.6));
  const grain = between(host.random, 0.2, 1.2);
  return host.activity.map(
    (activity, step) =>
      (1 - withActivity + withActivity * activity) * valueAt(days, step) * logNormal(host.random, grain),
  );
}
