export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sum of the squared deviations from the mean. */
export function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Sum of the squared deviations from the line of least squares through them, at even distances; at least two. */
export function squaresBesideLine(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const times = values.map((_, place) => place - middle);
  const together = values.reduce((sum, value, place) => sum + value * (times[place] as number), 0);
  return Math.max(0, squaresOf(values) - together ** 2 / squaresOf(times));
}
