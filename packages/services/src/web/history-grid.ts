import { BLOCK_RETENTION_DAYS, HOUR_RETENTION_DAYS } from '@silt/db';

export interface HistoryGrid {
  /** Start of the first bucket, seconds since the epoch; a multiple of `bucketSeconds`. */
  from: number;
  /** End of the bucket that holds the end of the range. */
  to: number;
  bucketSeconds: number;
}

/** A bucket is as wide as this many beats at least, so that each holds one although beats come a little late. */
export const BEATS_A_BUCKET = 1.5;

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/**
 * A regular grid of at most `points` buckets that ends with the one that holds `end`. Buckets are never finer than the
 * data: 5-minute samples in 1-minute buckets would look full of holes, and so would minutes where only hours are kept.
 * So a hole is an outage of two or three beats. From a minute on buckets are whole minutes, then hours, then days, since
 * older readings are kept so; days come from half a day on, hours from half an hour on.
 *
 * @param now of the age of what is kept.
 * @param spacingSeconds widest regular distance between samples; null = too few to tell.
 */
export function historyGrid(input: {
  now: Date;
  end: Date;
  rangeSeconds: number;
  points: number;
  spacingSeconds: number | null;
}): HistoryGrid {
  const { now, end, rangeSeconds, points, spacingSeconds } = input;
  const ageDays = (now.getTime() - end.getTime()) / 1_000 / DAY_SECONDS + rangeSeconds / DAY_SECONDS;
  const bucketSeconds = keptWidth(
    Math.max(
      Math.ceil(rangeSeconds / points),
      Math.ceil((spacingSeconds ?? 0) * BEATS_A_BUCKET),
      ageDays > HOUR_RETENTION_DAYS ? DAY_SECONDS : ageDays > BLOCK_RETENTION_DAYS ? HOUR_SECONDS : 1,
    ),
  );
  const count = Math.min(points, Math.ceil(rangeSeconds / bucketSeconds));
  const ends = end.getTime() / 1_000 / bucketSeconds;
  const to = (end < now ? Math.ceil(ends) : Math.floor(ends) + 1) * bucketSeconds;
  return { from: to - count * bucketSeconds, to, bucketSeconds };
}

/** The least width of the kinds that are kept, that is not less than `seconds`. */
function keptWidth(seconds: number): number {
  if (seconds <= MINUTE_SECONDS) return seconds;
  const unit = seconds > DAY_SECONDS / 2 ? DAY_SECONDS : seconds > HOUR_SECONDS / 2 ? HOUR_SECONDS : MINUTE_SECONDS;
  return Math.ceil(seconds / unit) * unit;
}
