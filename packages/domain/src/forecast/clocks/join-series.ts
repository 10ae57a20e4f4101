import type { SeriesPoint } from './series-history.ts';

/** What series have of one slot of time, in their order; null = nothing was read. The first one is always there. */
export type JoinedPoints = readonly [SeriesPoint, ...(SeriesPoint | null)[]];

/**
 * The points of several series that lie in the same slot, one row for each slot of the first series.
 *
 * @param others undefined = never read. @param slotMilliseconds one hour, or ten minutes.
 */
export function joinSeries(
  [lead, ...others]: readonly [readonly SeriesPoint[], ...(readonly SeriesPoint[] | undefined)[]],
  slotMilliseconds: number,
): JoinedPoints[] {
  const rows = lead.map((point): [SeriesPoint, ...(SeriesPoint | null)[]] => [point]);
  for (const points of others) addColumn(rows, points ?? [], slotMilliseconds);
  return rows;
}

function addColumn(
  rows: [SeriesPoint, ...(SeriesPoint | null)[]][],
  points: readonly SeriesPoint[],
  slotMilliseconds: number,
): void {
  let place = 0;
  for (const row of rows) {
    const { at } = row[0];
    const slotStart = at - (at % slotMilliseconds);
    let point = points[place];
    while (point !== undefined && point.at < slotStart) {
      place += 1;
      point = points[place];
    }
    row.push(point !== undefined && point.at < slotStart + slotMilliseconds ? point : null);
  }
}
