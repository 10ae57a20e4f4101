import { FULL_ROOM_SHARE } from '../forecast.ts';
import { HOUR_MILLISECONDS, type UsePoint } from '../use-history.ts';

export const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
/** Alarms that pause for less than this are one, and so are fills. */
export const PAUSE_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/** Whether it was full within the point. What has no capacity is not known to be. */
export const isFull = ({ high, capacity }: UsePoint): boolean =>
  capacity > 0 && capacity - high <= capacity * FULL_ROOM_SHARE;

/**
 * When it came to be full, with room in the point before; milliseconds since the epoch. One that is full again within a
 * day, or that was full when it was first read, is none of them.
 *
 * @param points oldest first.
 */
export function fullMoments(points: readonly UsePoint[]): number[] {
  const moments: number[] = [];
  let lastFullAt: number | null = null;
  points.forEach((point, place) => {
    if (!isFull(point)) return;
    const before = points[place - 1];
    const isNew = lastFullAt === null || point.at - lastFullAt >= PAUSE_MILLISECONDS;
    if (isNew && before !== undefined && !isFull(before)) moments.push(point.at);
    lastFullAt = point.at;
  });
  return moments;
}
