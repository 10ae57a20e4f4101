import { RESOURCE_NAMES, RESOURCES, type Reading, type SeriesName, type StoreHistory } from '@silt/domain';

export interface StripBox {
  width: number;
  height: number;
}

/** Milliseconds since the epoch. */
export interface StripWindow {
  from: number;
  to: number;
}

export interface FillStrip {
  /** SVG path data of the line, broken at holes, and of the area beneath it. */
  line: string;
  area: string;
}

/** used ÷ capacity of the resource that is fullest at the end of the history; null = not read. */
function worstFill(history: StoreHistory): Reading[] {
  const lastOf = (name: SeriesName): Reading[] | undefined => history.series.find((one) => one.name === name)?.last;
  let worst: { fills: Reading[]; end: number } | null = null;
  for (const resource of RESOURCE_NAMES) {
    const [used, capacity] = [lastOf(RESOURCES[resource].used), lastOf(RESOURCES[resource].capacity)];
    if (used === undefined || capacity === undefined) continue;
    const fills = history.times.map((_, row) => {
      const [part, whole] = [used[row] ?? null, capacity[row] ?? null];
      return part === null || whole === null || whole === 0 ? null : part / whole;
    });
    const end = fills.findLast((fill) => fill !== null) ?? -1;
    if (worst === null || end > worst.end) worst = { fills, end };
  }
  return worst?.fills ?? [];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The fill of a store over a window, from 0 to 100 %, drawn into a box. */
export function fillStrip(history: StoreHistory, window: StripWindow, { width, height }: StripBox): FillStrip {
  const fills = worstFill(history);
  const span = window.to - window.from;
  const xOf = (second: number): number =>
    tenth(Math.min(width, Math.max(0, ((second * 1_000 - window.from) / span) * width)));
  const strip: FillStrip = { line: '', area: '' };
  let begin: number | null = null;
  let x = 0;
  const close = (): void => {
    if (begin !== null) strip.area += `L${x} ${height}Z`;
    begin = null;
  };
  history.times.forEach((second, row) => {
    const fill = fills[row] ?? null;
    if (fill === null) {
      close();
      return;
    }
    const y = tenth(height - Math.min(1, Math.max(0, fill)) * height);
    const left = xOf(second);
    x = xOf(second + history.bucketSeconds);
    strip.line += `${begin === null ? 'M' : 'L'}${left} ${y}H${x}`;
    strip.area += begin === null ? `M${left} ${height}V${y}H${x}` : `L${left} ${y}H${x}`;
    begin ??= left;
  });
  close();
  return strip;
}
