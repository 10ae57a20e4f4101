import { HISTORY_RANGES, type HistoryRange, type Reading, type StoreHistory } from '@silt/domain';
import type { Moments } from './moments.ts';

/** Shortest first. */
const RANGES = ['30d', '90d', '180d', '365d'] as const satisfies HistoryRange[];
/** Of the window, left free before the first moment: so that its handle can be moved back. */
const FREE_SHARE = 0.03;

export interface StripWindow {
  range: HistoryRange;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
}

/** The shortest window until `openedAt` that has both moments; of moments that are longer ago, a year from the first on. */
export function stripWindow({ a, b }: Moments, openedAt: string): StripWindow {
  const [first, last] = [Math.min(Date.parse(a), Date.parse(b)), Math.max(Date.parse(a), Date.parse(b))];
  const end = Math.max(Date.parse(openedAt), last);
  const millisecondsOf = (range: HistoryRange): number => HISTORY_RANGES[range] * 1_000;
  const range = RANGES.find((one) => first >= end - millisecondsOf(one) * (1 - FREE_SHARE)) ?? '365d';
  const to = Math.min(end, first + millisecondsOf(range) * (1 - FREE_SHARE));
  return { range, from: to - millisecondsOf(range), to };
}

export interface StripPath {
  /** SVG path data, broken at holes. */
  line: string;
  holes: { x: number; width: number }[];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
const PAD = 3;

/** What is used over a window, as a line on a scale of its own: from the lowest to the highest of the window. */
export function stripPath(
  { times, bucketSeconds }: Pick<StoreHistory, 'times' | 'bucketSeconds'>,
  values: readonly Reading[],
  { from, to }: StripWindow,
  { width, height }: { width: number; height: number },
): StripPath {
  const read = values.filter((value) => value !== null);
  const path: StripPath = { line: '', holes: [] };
  if (read.length === 0) return path;
  const lowest = Math.min(...read);
  const span = Math.max(...read) - lowest || 1;
  const xOf = (second: number): number =>
    tenth(Math.min(width, Math.max(0, ((second * 1_000 - from) / (to - from)) * width)));
  let isOpen = false;
  let seen = false;
  times.forEach((second, row) => {
    const value = values[row] ?? null;
    const [left, right] = [xOf(second), xOf(second + bucketSeconds)];
    if (value === null) {
      isOpen = false;
      // Before the first sample there is no history, which is no hole in it.
      if (seen && right > left) path.holes.push({ x: left, width: tenth(right - left) });
      return;
    }
    const y = tenth(height - PAD - ((value - lowest) / span) * (height - 2 * PAD));
    path.line += `${isOpen ? 'L' : 'M'}${left} ${y}H${right}`;
    isOpen = true;
    seen = true;
  });
  return path;
}
