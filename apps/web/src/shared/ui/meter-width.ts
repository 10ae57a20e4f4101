const MIN_VISIBLE_PERCENT = 1.5;

/** Percent of the bar: never more than all of it, and never nothing for what is not nothing. */
export function meterWidth(fill: number): number {
  if (fill <= 0) return 0;
  return Math.min(100, Math.max(MIN_VISIBLE_PERCENT, fill * 100));
}
