import {
  HOUR_MILLISECONDS,
  MAX_FORECAST_HOURS,
  RECENT_HOURS,
  RECENT_SLOT_MILLISECONDS,
  type UseHistory,
  type UsePoint,
} from './use-history.ts';

/** Puts samples together as they come, so that a replay need not begin anew at every hour. */
export class UseHistoryCollector {
  #hours: UsePoint[] = [];
  #recent: UsePoint[] = [];

  /**
   * Samples may come late; one of a clock that was wrong takes the place of its time.
   *
   * @param at milliseconds since the epoch. What is no finite number is left out.
   */
  add(at: number, used: number, capacity: number): void {
    if (!Number.isFinite(at) || !Number.isFinite(used) || !Number.isFinite(capacity)) return;
    addTo(this.#hours, HOUR_MILLISECONDS, at, used, capacity);
    addTo(this.#recent, RECENT_SLOT_MILLISECONDS, at, used, capacity);
    this.#hours = trimmed(this.#hours, MAX_FORECAST_HOURS * HOUR_MILLISECONDS);
    this.#recent = trimmed(this.#recent, RECENT_HOURS * HOUR_MILLISECONDS);
  }

  /** What was read up to `now`, milliseconds since the epoch; at most as far back as a forecast looks. */
  historyAt(now: number): UseHistory {
    return {
      hours: within(this.#hours, now - MAX_FORECAST_HOURS * HOUR_MILLISECONDS, now),
      recent: within(this.#recent, now - RECENT_HOURS * HOUR_MILLISECONDS, now),
    };
  }
}

function addTo(points: UsePoint[], width: number, at: number, used: number, capacity: number): void {
  const slot = Math.floor(at / width);
  let place = points.length;
  while (place > 0 && Math.floor((points[place - 1] as UsePoint).at / width) > slot) place -= 1;
  const point = points[place - 1];
  if (point === undefined || Math.floor(point.at / width) < slot) {
    points.splice(place, 0, { at, low: used, high: used, last: used, capacity });
    return;
  }
  point.low = Math.min(point.low, used);
  point.high = Math.max(point.high, used);
  if (at < point.at) return;
  Object.assign(point, { at, last: used, capacity });
}

/** Drops what is too old once it is as much again as what is kept. */
function trimmed(points: UsePoint[], span: number): UsePoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last.at - first.at < 2 * span) return points;
  return within(points, last.at - span, last.at);
}

function within(points: readonly UsePoint[], after: number, upTo: number): UsePoint[] {
  return points.slice(firstAfter(points, after), firstAfter(points, upTo));
}

/** Place of the first point later than `at`. */
function firstAfter(points: readonly UsePoint[], at: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as UsePoint).at > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
