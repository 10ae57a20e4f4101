import type { Reading, SeriesName, StoreHistory, Unit } from '@silt/domain';

interface Hole {
  /** Seconds since the epoch. */
  from: number;
  to: number;
}

/** One series with its limit, as a chart takes it. All arrays are as long as `times`. */
export interface HistoryColumns {
  unit: Unit;
  /** Seconds since the epoch, ascending. */
  times: number[];
  last: Reading[];
  min: Reading[];
  max: Reading[];
  limit: Reading[];
  holes: Hole[];
  /** Rows of samples with a hole on both sides, which a line cannot show. */
  lone: number[];
}

/**
 * The columns of one series; null when the history does not have it. `limit` is the series or the number that the
 * series may not pass. Buckets are never finer than the beats, so one without a sample is a hole.
 */
export function historyColumns(
  history: StoreHistory,
  series: SeriesName,
  limit: SeriesName | number,
): HistoryColumns | null {
  const main = history.series.find(({ name }) => name === series);
  if (!main) return null;
  const capacity = history.series.find(({ name }) => name === limit)?.last;
  const { times } = history;
  return {
    unit: main.unit,
    times,
    last: main.last,
    min: main.min,
    max: main.max,
    limit: times.map((_, row) => (typeof limit === 'number' ? limit : (capacity?.[row] ?? null))),
    holes: holesOf(main.last, history),
    lone: times.flatMap((_, row) =>
      isRead(main, row) && !isRead(main, row - 1) && !isRead(main, row + 1) ? [row] : [],
    ),
  };
}

const isRead = ({ last }: { last: Reading[] }, row: number): boolean => (last[row] ?? null) !== null;

function holesOf(values: readonly Reading[], { times, bucketSeconds }: StoreHistory): Hole[] {
  const holes: Hole[] = [];
  values.forEach((value, row) => {
    const from = times[row];
    if (value !== null || from === undefined) return;
    const before = holes.at(-1);
    if (before?.to === from) before.to = from + bucketSeconds;
    else holes.push({ from, to: from + bucketSeconds });
  });
  return holes;
}
