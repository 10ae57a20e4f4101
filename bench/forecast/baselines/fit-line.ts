import { HOUR_SECONDS } from '../family.ts';
import type { Reading } from './sample-window.ts';

/** Free bytes as a line: at `now`, and what it changes by in an hour. */
export interface FreeLine {
  freeNow: number;
  freePerHour: number;
}

/**
 * Least squares, as `predict_linear` of Prometheus (promql/functions.go, linearRegression) with its intercept at `now`.
 *
 * @returns null with fewer than two moments
 */
export function fitFree(readings: readonly Reading[], now: number): FreeLine | null {
  const count = readings.length;
  let [sumX, sumY] = [0, 0];
  for (const { at, free } of readings) {
    sumX += at - now;
    sumY += free;
  }
  const [meanX, meanY] = [sumX / count, sumY / count];
  let [covariance, variance] = [0, 0];
  for (const { at, free } of readings) {
    const x = at - now - meanX;
    covariance += x * (free - meanY);
    variance += x * x;
  }
  if (count < 2 || variance === 0) return null;
  const slope = covariance / variance;
  return { freeNow: meanY - slope * meanX, freePerHour: slope * HOUR_SECONDS };
}

/** Hours until the line is at 0; 0 where it is already; null = never. */
export function hoursUntilNone(line: FreeLine | null): number | null {
  if (line === null) return null;
  if (line.freeNow <= 0) return 0;
  return line.freePerHour < 0 ? line.freeNow / -line.freePerHour : null;
}
