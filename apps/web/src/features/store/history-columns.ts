import type { HistoryGap, Reading, SeriesName, StoreHistory, Unit } from '@silt/domain';

interface Stretch {
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
  /** Without a sample, and nobody told of one: the host was silent. */
  holes: Stretch[];
  /** Of records that were read and lost, in whole buckets. */
  lost: Stretch[];
  /** Rows of samples with a hole on both sides, which a line cannot show. */
  lone: number[];
}

/**
 * The columns of one series; null when the history does not have it. `limit` is the series or the number that the
 * series may not pass; null = there is none. Buckets are never finer than the beats, so one without a sample is a hole.
 */
export function historyColumns(
  history: StoreHistory,
  series: SeriesName,
  limit: SeriesName | number | null,
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
    ...stretchesOf(main.last, history),
    lone: times.flatMap((_, row) =>
      isRead(main, row) && !isRead(main, row - 1) && !isRead(main, row + 1) ? [row] : [],
    ),
  };
}

const isRead = ({ last }: { last: Reading[] }, row: number): boolean => (last[row] ?? null) !== null;

/** A bucket that a gap reaches into is lost, also in part; an empty one that no gap reaches is a hole. */
function stretchesOf(
  values: readonly Reading[],
  { times, bucketSeconds, gaps }: StoreHistory,
): Pick<HistoryColumns, 'holes' | 'lost'> {
  const placed = gaps.flatMap((gap) => placeOf(gap));
  const holes: Stretch[] = [];
  const lost: Stretch[] = [];
  times.forEach((from, row) => {
    const bucket = { from, to: from + bucketSeconds };
    if (placed.some((gap) => gap.from < bucket.to && gap.to >= bucket.from)) addTo(lost, bucket);
    else if ((values[row] ?? null) === null) addTo(holes, bucket);
  });
  return { holes, lost };
}

const placeOf = ({ from, to }: HistoryGap): Stretch[] =>
  from === null || to === null ? [] : [{ from: Date.parse(from) / 1_000, to: Date.parse(to) / 1_000 }];

/** Neighbours become one. */
function addTo(stretches: Stretch[], bucket: Stretch): void {
  const before = stretches.at(-1);
  if (before?.to === bucket.from) before.to = bucket.to;
  else stretches.push(bucket);
}
