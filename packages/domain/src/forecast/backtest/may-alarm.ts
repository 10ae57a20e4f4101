import { HOUR_MILLISECONDS, MAX_FORECAST_HOURS, type UsePoint } from '../use-history.ts';
import { DAY_MILLISECONDS, isFull } from './full-moments.ts';

/** A runaway is growth over hours that would fill it within two days; see `FORECAST_REASONS`. */
const RUNAWAY_HOURS = 48;
/** Two points k hours apart have at most k steps and at least k − 1 hours between them: at most twice the highest step an hour. */
const RUNAWAY_MARGIN = 2;
/** How much faster than on its fastest day a trend may be taken to grow: it may speed up, and days of a week differ. */
const TREND_MARGIN = 4;

/** Of a moment: whether a forecast of then could raise an alarm at all. */
export type MayAlarm = (settings: { now: number; horizonDays: number }) => boolean;

/**
 * Tells cheaply at which moments a forecast could alarm, so that most moments of a replay need none. It says no only where an
 * alarm is impossible: nothing was read that a forecast looks at; or there was room all the time, and what is left is more
 * than a runaway takes, which grows by the highest rise of an hour for two days at most, and more than a trend takes, which
 * grows for the whole horizon by the highest rise of a day; each with its margin. All of it from points up to the moment.
 *
 * @param points oldest first.
 */
export function alarmFilter(points: readonly UsePoint[]): MayAlarm {
  const hourly = points.map((point, place) => lostPerHour(points[place - 1] ?? point, point));
  const daily = points.map((_, place) => lostInADay(points, place));
  return ({ now, horizonDays }) => {
    const end = placeAfter(points, now);
    const start = placeAfter(points, now - MAX_FORECAST_HOURS * HOUR_MILLISECONDS);
    if (start >= end) return false;
    let [highest, leastCapacity, hour, day] = [0, Number.POSITIVE_INFINITY, 0, 0];
    for (let place = start; place < end; place += 1) {
      const point = points[place] as UsePoint;
      if (!(point.capacity > 0) || isFull(point)) return true;
      highest = Math.max(highest, point.high);
      leastCapacity = Math.min(leastCapacity, point.capacity);
      hour = Math.max(hour, hourly[place] as number);
      day = Math.max(day, daily[place] as number);
    }
    const runaway = hour * RUNAWAY_HOURS * RUNAWAY_MARGIN;
    return leastCapacity - highest <= Math.max(runaway, day * horizonDays * TREND_MARGIN);
  };
}

/** Room lost at most within the point, and since the one before for each hour that lies between. */
function lostPerHour(before: UsePoint, point: UsePoint): number {
  const steps = Math.floor(point.at / HOUR_MILLISECONDS) - Math.floor(before.at / HOUR_MILLISECONDS);
  return Math.max(point.high - point.low, lost(before, point) / Math.max(1, steps));
}

/** Room lost at most in a day up to the point; since the point before where that is further away. */
function lostInADay(points: readonly UsePoint[], place: number): number {
  const point = points[place] as UsePoint;
  let most = point.high - point.low;
  for (let back = place - 1; back >= 0; back -= 1) {
    const before = points[back] as UsePoint;
    const days = (point.at - before.at) / DAY_MILLISECONDS;
    // Of a point beyond the day, what fell to the day.
    most = Math.max(most, lost(before, point) / Math.max(1, days));
    if (days > 1) break;
  }
  return most;
}

const lost = (before: UsePoint, point: UsePoint): number =>
  point.high - before.low + Math.max(0, before.capacity - point.capacity);

/** Place of the first point later than `at`. */
export function placeAfter(points: readonly { at: number }[], at: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as { at: number }).at > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
