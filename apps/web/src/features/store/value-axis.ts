import type { HistoryColumns } from './history-columns.ts';

export interface ValueAxis {
  low: number;
  high: number;
  /** Begins above zero, which the panel must say. */
  cut: boolean;
  /** The limit is so far above what is used that it would flatten the line; the panel says where it is. */
  limitAbove: boolean;
}

/** A limit is drawn once this share of where it lies now is used: on btrfs it may have come down to the line. */
const SHOW_LIMIT_FROM = 0.5;
/** The axis begins above zero when everything shown is above this share of its end. */
const CUT_FROM = 0.6;
/** Space above and below the lines, as a share of what they span and at least of the highest value. */
const PAD_OF_SPAN = 0.12;
const PAD_OF_HIGHEST = 0.004;

const numbersOf = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

/** Where a panel's axis begins and ends; null when there is no sample. `reach`: values of a forecast that are to be seen. */
export function valueAxis(
  { min, max, limit }: Pick<HistoryColumns, 'min' | 'max' | 'limit'>,
  reach: readonly number[] = [],
): ValueAxis | null {
  const lowest = Math.min(...numbersOf(min), ...reach);
  const highest = Math.max(...numbersOf(max), ...reach);
  if (numbersOf(max).length === 0) return null;
  const limits = numbersOf(limit);
  const latestLimit = limits.at(-1) ?? null;
  const limitAbove = latestLimit !== null && highest < latestLimit * SHOW_LIMIT_FROM;
  const end = limitAbove ? highest : Math.max(highest, ...limits);
  const cut = lowest > end * CUT_FROM;
  const start = cut ? lowest : 0;
  const pad = Math.max((end - start) * PAD_OF_SPAN, end * PAD_OF_HIGHEST, 1);
  return { low: cut ? Math.max(0, start - pad) : 0, high: end + pad, cut: cut && start - pad > 0, limitAbove };
}
