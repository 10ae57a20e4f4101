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
}

const PAD = 2.5;
/** A change of less than this share of capacity stays flat, so that noise does not look like growth. */
const MIN_SPAN = 0.05;
const round = (value: number): number => Math.round(value * 10) / 10;

/** Days, oldest first, to a line over the whole width; the scale is the line's own. */
export function sparklinePath(days: readonly (number | null)[], { width, height }: SparklineBox): SparklinePath {
  const read = days.filter((day) => day !== null);
  const step = days.length > 1 ? width / (days.length - 1) : 0;
  const middle = read.length ? (Math.max(...read) + Math.min(...read)) / 2 : 0;
  const span = read.length ? Math.max(MIN_SPAN, Math.max(...read) - Math.min(...read)) : 1;
  const yOf = (day: number): number => round(height / 2 - ((day - middle) / span) * (height - 2 * PAD));
  const path: SparklinePath = { line: '', holes: [], end: null };
  let holeFrom: number | null = null;
  const closeHole = (until: number): void => {
    if (holeFrom !== null) path.holes.push({ x: round(holeFrom), width: round(until - holeFrom) });
    holeFrom = null;
  };
  days.forEach((day, index) => {
    const x = round(index * step);
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
  closeHole(width);
  return path;
}
