export interface HistoryGrid {
  /** Start of the first bucket, seconds since the epoch; a multiple of `bucketSeconds`. */
  from: number;
  /** End of the bucket that holds now. */
  to: number;
  bucketSeconds: number;
}

/** A bucket is as wide as this many beats at least, so that each holds one although beats come a little late. */
const BEATS_A_BUCKET = 1.5;

/**
 * A regular grid of at most `points` buckets that ends with the one that holds now. Buckets are never finer than the
 * data: 5-minute samples in 1-minute buckets would look full of holes. So a hole is an outage of two or three beats.
 *
 * @param spacingSeconds widest regular distance between samples; null = too few to tell.
 */
export function historyGrid(input: {
  now: Date;
  rangeSeconds: number;
  points: number;
  spacingSeconds: number | null;
}): HistoryGrid {
  const { now, rangeSeconds, points, spacingSeconds } = input;
  const bucketSeconds = Math.max(
    1,
    Math.ceil(rangeSeconds / points),
    Math.ceil((spacingSeconds ?? 0) * BEATS_A_BUCKET),
  );
  const count = Math.min(points, Math.ceil(rangeSeconds / bucketSeconds));
  const to = (Math.floor(now.getTime() / 1_000 / bucketSeconds) + 1) * bucketSeconds;
  return { from: to - count * bucketSeconds, to, bucketSeconds };
}
