import type { DaysLeft } from '@silt/domain';

export interface SparklineBox {
  width: number;
  height: number;
}

export interface SparklinePath {
  /** SVG path data; a hole breaks the line, a lone day is a dot-long dash. Empty when there is no sample. */
  line: string;
  /** Runs of days without a sample, as x and width. */
  holes: { x: number; width: number }[];
  /** Where the last sample is; null when there is none. */
  end: { x: number; y: number } | null;
  /** From the last sample to full, or to the end of the box; null = nothing is forecast of it. */
  ahead: AheadPath | null;
}

export interface AheadPath {
  /** By p50, SVG path data. */
  line: string;
  /** Between p10 and p90, SVG path data of a closed shape; it stops at full. */
  band: string;
  /** Height of full, where it is in sight; else null. */
  ceiling: number | null;
}

/** Days of the past, and as far as a forecast is drawn. */
export const SPARKLINE_DAYS = 14;
export const AHEAD_DAYS = 7;

const PAD = 2.5;
/** A change of less than this share of capacity stays flat, so that noise does not look like growth. */
const MIN_SPAN = 0.05;
const FULL = 1;
const round = (value: number): number => Math.round(value * 10) / 10;

/** Where the past ends, of a box that has room for what is ahead. */
export const nowX = (width: number): number => round((width * SPARKLINE_DAYS) / (SPARKLINE_DAYS + AHEAD_DAYS));

/**
 * Days, oldest first, to a line over the past part of the width, and behind it what is ahead; the scale is their own.
 *
 * @param daysLeft of the fill that `days` are of; it begins at the last of them. null = no date.
 */
export function sparklinePath(
  days: readonly (number | null)[],
  { width, height }: SparklineBox,
  daysLeft: DaysLeft | null,
): SparklinePath {
  const past = nowX(width);
  const read = days.filter((day) => day !== null);
  const last = days.at(-1) ?? null;
  const ahead = daysLeft && last !== null && last < FULL && days.length > 0 ? fillsAhead(last, daysLeft) : null;
  const seen = ahead ? [...read, ahead.p10.fill, ahead.p90.fill] : read;
  const step = days.length > 1 ? past / (days.length - 1) : 0;
  const middle = seen.length ? (Math.max(...seen) + Math.min(...seen)) / 2 : 0;
  const span = seen.length ? Math.max(MIN_SPAN, Math.max(...seen) - Math.min(...seen)) : 1;
  const yOf = (fill: number): number => round(height / 2 - ((fill - middle) / span) * (height - 2 * PAD));
  const path = pastPath(days, past, step, yOf);
  return { ...path, ahead: ahead && path.end ? aheadPath(ahead, path.end, width, yOf) : null };
}

function pastPath(
  days: readonly (number | null)[],
  past: number,
  step: number,
  yOf: (fill: number) => number,
): Omit<SparklinePath, 'ahead'> {
  const path: Omit<SparklinePath, 'ahead'> = { line: '', holes: [], end: null };
  let holeFrom: number | null = null;
  const closeHole = (until: number): void => {
    if (holeFrom !== null) path.holes.push({ x: round(holeFrom), width: round(until - holeFrom) });
    holeFrom = null;
  };
  days.forEach((day, index) => {
    const x = days.length > 1 ? round(index * step) : past;
    if (day === null) {
      holeFrom ??= Math.max(0, x - step);
      return;
    }
    closeHole(x);
    const before = days[index - 1] ?? null;
    const after = days[index + 1] ?? null;
    path.line += `${before === null ? 'M' : 'L'}${x} ${yOf(day)}`;
    if (before === null && after === null) path.line += 'h0.1';
    path.end = { x, y: yOf(day) };
  });
  closeHole(past);
  return path;
}

/** Where a straight way to full is after `AHEAD_DAYS`, or when it is full. */
interface AheadEnd {
  days: number;
  fill: number;
}

function fillsAhead(fill: number, { p10, p50, p90 }: DaysLeft): Record<'p10' | 'p50' | 'p90', AheadEnd> {
  const endOf = (daysLeft: number | null): AheadEnd => {
    if (daysLeft === null) return { days: AHEAD_DAYS, fill };
    if (daysLeft <= AHEAD_DAYS) return { days: daysLeft, fill: FULL };
    return { days: AHEAD_DAYS, fill: fill + ((FULL - fill) * AHEAD_DAYS) / daysLeft };
  };
  return { p10: endOf(p10), p50: endOf(p50), p90: endOf(p90) };
}

function aheadPath(
  { p10, p50, p90 }: ReturnType<typeof fillsAhead>,
  from: { x: number; y: number },
  width: number,
  yOf: (fill: number) => number,
): AheadPath {
  const xOf = ({ days }: AheadEnd): number => round(from.x + ((width - from.x) * days) / AHEAD_DAYS);
  const start = `M${from.x} ${from.y}L`;
  return {
    line: `${start}${xOf(p50)} ${yOf(p50.fill)}`,
    band: `${start}${xOf(p10)} ${yOf(p10.fill)}H${xOf(p90)}V${yOf(p90.fill)}Z`,
    ceiling: p10.fill === FULL ? yOf(FULL) : null,
  };
}
