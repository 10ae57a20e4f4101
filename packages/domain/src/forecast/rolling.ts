import { HOUR_MILLISECONDS, MAX_FORECAST_HOURS, type UseHistory, type UsePoint } from './use-history.ts';

const HOURS_A_DAY = 24;
/** Between two points of a rolling series. */
export const ROLLING_STEP_HOURS = 12;
/** A day of which less was read has no highest that could be trusted. */
const MIN_DAY_HOURS = 3;

/** Hours by their age: place 0 is the hour up to `now`. In shares of the capacity; NaN = not read. */
export interface HourGrid {
  high: Float64Array;
  last: Float64Array;
}

/** The 24 hours up to each half day, oldest first, the last one up to `now`; those not read are left out. */
export interface RollingDays {
  length: number;
  /** Days from now, so 0 or negative. */
  times: Float64Array;
  /** Highest of the 24 hours up to then, which removes daily waves and bursts: shares of the capacity. */
  high: Float64Array;
  /** Mean of the last samples of their hours. */
  mean: Float64Array;
}

const NOTHING = new Float64Array(0);

/** From the oldest point on; what is later than `now` is left out. */
export function hourGridOf(points: UseHistory['hours'], now: number, capacity: number): HourGrid {
  const first = points[0];
  const length = first === undefined ? 0 : Math.min(ageOf(first, now) + 1, MAX_FORECAST_HOURS);
  if (length <= 0) return { high: NOTHING, last: NOTHING };
  const high = new Float64Array(length).fill(Number.NaN);
  const last = new Float64Array(length).fill(Number.NaN);
  for (const point of points) {
    const age = ageOf(point, now);
    if (age < 0 || age >= length) continue;
    const before = high[age] as number;
    high[age] = Number.isNaN(before) ? point.high / capacity : Math.max(before, point.high / capacity);
    last[age] = point.last / capacity;
  }
  return { high, last };
}

const ageOf = (point: UsePoint, now: number): number => Math.floor((now - point.at) / HOUR_MILLISECONDS);

export function rollingDaysOf({ high, last }: HourGrid): RollingDays {
  const most = Math.ceil(high.length / ROLLING_STEP_HOURS);
  const days: RollingDays = {
    length: 0,
    times: new Float64Array(most),
    high: new Float64Array(most),
    mean: new Float64Array(most),
  };
  for (let place = most - 1; place >= 0; place -= 1) {
    const youngest = place * ROLLING_STEP_HOURS;
    let [highest, sum, count] = [Number.NEGATIVE_INFINITY, 0, 0];
    for (let age = youngest; age < Math.min(youngest + HOURS_A_DAY, high.length); age += 1) {
      const value = high[age] as number;
      if (Number.isNaN(value)) continue;
      if (value > highest) highest = value;
      sum += last[age] as number;
      count += 1;
    }
    // The first day is the first that is whole, or its highest would be that of its end.
    if (count < MIN_DAY_HOURS || youngest + HOURS_A_DAY > high.length + MIN_DAY_HOURS) continue;
    days.times[days.length] = -youngest / HOURS_A_DAY;
    days.high[days.length] = highest;
    days.mean[days.length] = sum / count;
    days.length += 1;
  }
  return days;
}
