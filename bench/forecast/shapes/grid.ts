import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

/** Courses are made on a grid of five minutes; samples read them in between. */
export const STEP_SECONDS = 300;
export const STEPS_AN_HOUR = HOUR_SECONDS / STEP_SECONDS;
export const STEPS_A_DAY = DAY_SECONDS / STEP_SECONDS;

/** A number for each step of the grid. */
export type Course = Float64Array;

export const course = (steps: number, at: (step: number) => number): Course =>
  Float64Array.from({ length: steps }, (_, step) => at(step));

/** The sum of what courses say at each step; all are as long as the first. */
export function together(first: Course, ...others: readonly Course[]): Course {
  return first.map((value, step) => others.reduce((sum, other) => sum + (other[step] as number), value));
}

export const scaled = (of: Course, factor: number): Course => of.map((value) => value * factor);

/** What has flowed before each step. */
export function total(flow: Course): Course {
  let sum = 0;
  return flow.map((value) => {
    sum += value;
    return sum - value;
  });
}

/** The highest so far: of what is given out and never comes back. */
export function highWater(of: Course): Course {
  let high = Number.NEGATIVE_INFINITY;
  return of.map((value) => {
    high = Math.max(high, value);
    return high;
  });
}

export const lowest = (of: Course): number => of.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
export const highest = (of: Course): number =>
  of.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);

/** Moved and stretched so that its lowest is `low` and its highest `high`. */
export function fitted(of: Course, low: number, high: number): Course {
  const [from, to] = [lowest(of), highest(of)];
  const factor = to > from ? (high - low) / (to - from) : 0;
  return of.map((value) => low + (value - from) * factor);
}
