import type { UsePoint } from '../use-history.ts';
import { DAY_MILLISECONDS } from './full-moments.ts';
import { placeAfter } from './may-alarm.ts';

/** Of the capacity: less is no room made. */
const MADE_SHARE = 0.01;
/** A fall is made by somebody when it is so many times as deep as those that were usual before. */
const UNUSUAL_FALL = 1.5;
const USUAL_DAYS = 14;

/**
 * Whether somebody made room between two moments: the capacity grew, or what was used fell within a day by clearly more
 * than it did on its own in the two weeks before, since what a nightly prune takes back is no help.
 *
 * @param points oldest first.
 */
export function roomWasMade(points: readonly UsePoint[], from: number, to: number): boolean {
  const during = points.slice(Math.max(0, placeAfter(points, from) - 1), placeAfter(points, to));
  const [first, last] = [during[0], during.at(-1)];
  if (!first || !last) return false;
  if (last.capacity - first.capacity >= first.capacity * MADE_SHARE) return true;
  const usual = points.slice(placeAfter(points, from - USUAL_DAYS * DAY_MILLISECONDS), placeAfter(points, from));
  const fall = deepestFall(during);
  return fall >= first.capacity * MADE_SHARE && fall > UNUSUAL_FALL * deepestFall(usual);
}

/** From a high down to a low within a day after it. */
function deepestFall(points: readonly UsePoint[]): number {
  let deepest = 0;
  points.forEach((low, place) => {
    for (let back = place - 1; back >= 0; back -= 1) {
      const high = points[back] as UsePoint;
      if (low.at - high.at > DAY_MILLISECONDS) break;
      deepest = Math.max(deepest, high.high - low.low);
    }
  });
  return deepest;
}
