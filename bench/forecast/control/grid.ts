/** Minutes of a day and of an hour: all here is drawn on a grid of minutes. */
export const DAY = 1_440;
export const HOUR = 60;
export const WEEK = 7 * DAY;

/** What there is at a minute of the trace: use as a share of the capacity, or how busy the host is. */
export type Curve = (minute: number) => number;

/** Curves on top of each other, and those on a level. */
export const sum =
  (level: number, ...curves: readonly Curve[]): Curve =>
  (minute) =>
    curves.reduce((total, curve) => total + curve(minute), level);

/** A curve in which each minute follows from the one before; beyond its last minute it holds. */
export function walked(minutes: number, first: number, step: (minute: number, before: number) => number): Curve {
  const values = new Float64Array(minutes + 1).fill(first);
  for (let minute = 1; minute <= minutes; minute += 1) values[minute] = step(minute, values[minute - 1] as number);
  return (minute) => values[Math.min(minute, minutes)] as number;
}

/** The most from one minute to another, both included. */
export function highest(curve: Curve, from: number, upTo: number): number {
  let high = curve(from);
  for (let minute = from + 1; minute <= upTo; minute += 1) high = Math.max(high, curve(minute));
  return high;
}
