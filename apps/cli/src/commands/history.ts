import {
  HELD_SERIES,
  type HistoryGap,
  type HistoryRange,
  type SeriesName,
  type Store,
  type StoreHistory,
} from '@silt/domain';
import { CliError } from '../cli-error.ts';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { findHost } from '../find-host.ts';
import { findStore } from '../find-store.ts';
import { type Column, formatTable } from '../table.ts';
import { moment, NONE, quantity } from '../words.ts';

export interface HistoryFlags {
  range: HistoryRange;
  series?: SeriesName;
  points: number;
  at?: Date;
}

/** `silt history`: a store's series over a range. */
export async function history(
  context: CommandContext,
  name: string,
  storeName: string,
  { range, series, points, at }: HistoryFlags,
): Promise<void> {
  const { api, terminal } = context;
  const hostId = await findHost(api, name);
  const end = at?.toISOString();
  const store = await findStore(api, hostId, storeName, end);
  const view = await api.store.history.query({
    ...{ hostId, storeKey: store.key, range, points },
    ...(end === undefined ? {} : { at: end }),
  });
  answer(context, view, (shown) => formatHistory(shown, store, series, terminal.colours));
}

interface Bucket {
  time: number;
  values: { last: string; min: string; max: string };
}

const COLUMNS: Column<Bucket>[] = [
  { title: 'FROM', cell: ({ time }) => moment(new Date(time * 1_000).toISOString()) },
  { title: 'LAST', right: true, cell: ({ values }) => values.last },
  { title: 'LEAST', right: true, cell: ({ values }) => values.min },
  { title: 'MOST', right: true, cell: ({ values }) => values.max },
];

function formatHistory(view: StoreHistory, store: Store, asked: SeriesName | undefined, colours: boolean): string {
  const wanted = asked ?? HELD_SERIES[store.kind];
  const series = view.series.find(({ name }) => name === wanted);
  const names = view.series.map(({ name }) => name).join(', ');
  if (series === undefined)
    throw new CliError(
      names === '' ? 'Nothing of this store was read in that range.' : `The store has no ${wanted}. It has: ${names}.`,
    );
  const read = (value: number | null | undefined): string =>
    value === null || value === undefined ? NONE : quantity(value, series.unit);
  const buckets = view.times.map((time, at) => ({
    time,
    values: { last: read(series.last[at]), min: read(series.min[at]), max: read(series.max[at]) },
  }));
  return paragraphs(
    `${wanted} from ${moment(view.from)} to ${moment(view.to)}, a line each ${view.bucketSeconds} s. - is not read.`,
    formatTable(COLUMNS, buckets, colours),
    gapLines(view.gaps),
    `Series of this store: ${names}.`,
  );
}

function gapLines(gaps: readonly HistoryGap[]): string | null {
  if (gaps.length === 0) return null;
  const lines = gaps.map(({ from, to, records, reason }) => {
    const when = from === null || to === null ? 'when is not known' : `${moment(from)} to ${moment(to)}`;
    return `  ${records} snapshots, ${when}: ${reason}`;
  });
  return ['Lost before the server had them:', ...lines].join('\n');
}
