/** Numbers at rising times; NaN = not read. */
export interface Points {
  times: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** The median; NaN of none. Reorders `values`. */
export function medianInPlace(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  values.sort();
  const middle = values.length >>> 1;
  const high = values[middle] as number;
  return values.length % 2 === 1 ? high : ((values[middle - 1] as number) + high) / 2;
}

/** Median of those that were read; NaN of none. */
export function medianOf(values: Iterable<number>): number {
  return medianInPlace(Float64Array.from(values).filter((value) => !Number.isNaN(value)));
}

/**
 * The median of the slopes between all pairs of points, in units of value by units of time; NaN for fewer than two.
 * H. Theil, 1950; P. K. Sen, 1968: https://en.wikipedia.org/wiki/Theil%E2%80%93Sen_estimator
 *
 * @param count the first so many points.
 */
export function theilSen({ times, values }: Points, count = times.length): number {
  const slopes = new Float64Array((count * (count - 1)) / 2);
  let pairs = 0;
  for (let one = 0; one < count; one += 1) {
    const [time, value] = [times[one] as number, values[one] as number];
    if (Number.isNaN(value)) continue;
    for (let other = one + 1; other < count; other += 1) {
      const slope = ((values[other] as number) - value) / ((times[other] as number) - time);
      if (!Number.isNaN(slope)) slopes[pairs++] = slope;
    }
  }
  return medianInPlace(slopes.subarray(0, pairs));
}
