import type { ApiOutputs } from '@silt/api';
import type { ResourceFill, StoreView } from '@silt/domain';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { type CsvColumn, formatCsv } from '../csv.ts';
import { findHost } from '../find-host.ts';
import { forecastColumns, forecastCsvColumns, soonestLine } from '../forecast-columns.ts';
import { scopeLines } from '../scope-lines.ts';
import { type Column, formatTable } from '../table.ts';
import { age, connectionWord, moment, NONE, percent, quantity, signedQuantity, stateCell } from '../words.ts';

type Host = ApiOutputs['host']['get'];

export interface HostFlags {
  at?: Date;
  csv: boolean;
}

/** `silt host`: a host's stores, now or at a moment. */
export async function host(context: CommandContext, name: string, { at, csv }: HostFlags): Promise<void> {
  const hostId = await findHost(context.api, name);
  const view = await context.api.host.get.query({ hostId, ...(at === undefined ? {} : { at: at.toISOString() }) });
  const { terminal } = context;
  answer(context, view, (shown) =>
    csv ? formatCsv(CSV, linesOf(shown)) : formatHost(shown, at ?? terminal.now(), terminal.colours),
  );
}

interface Line {
  host: Host;
  store: StoreView;
  /** Null = nothing of the store was read. */
  fill: ResourceFill | null;
  first: boolean;
}

const unitOf = (fill: ResourceFill) => (fill.resource === 'inodes' ? 'count' : 'bytes');

const columns = (now: Date): Column<Line>[] => [
  { title: 'STORE', cell: ({ store, first }) => (first ? store.store.name : '') },
  { title: 'KIND', cell: ({ store, first }) => (first ? (store.store.fileSystemType ?? store.store.kind) : '') },
  { title: 'STATE', cell: ({ store, first }) => (first ? stateCell(store.state) : '') },
  { title: 'RESOURCE', cell: ({ fill }) => fill?.resource ?? 'not read' },
  { title: 'FILL', right: true, cell: ({ fill }) => (fill ? percent(fill.fill) : NONE) },
  { title: 'USED', right: true, cell: ({ fill }) => (fill ? quantity(fill.used, unitOf(fill)) : NONE) },
  { title: 'CAPACITY', right: true, cell: ({ fill }) => (fill ? quantity(fill.capacity, unitOf(fill)) : NONE) },
  {
    title: 'A DAY',
    right: true,
    cell: ({ store: { growth }, first }) =>
      first && growth !== null ? signedQuantity(growth.perDay, growth.unit) : first ? NONE : '',
  },
  ...forecastColumns<Line>(
    ({ host: { row, observedAt }, store: { forecast }, first }) =>
      first ? { forecast, connection: row.connection, readAt: observedAt } : null,
    { now, withStore: false },
  ),
];

/** A line a resource; the forecast is of the store. */
const CSV: CsvColumn<Line>[] = [
  { name: 'host_id', value: (line) => line.host.row.hostId },
  { name: 'host', value: (line) => line.host.row.name },
  { name: 'observed_at', value: (line) => line.host.observedAt },
  { name: 'store_key', value: ({ store }) => store.store.key },
  { name: 'store', value: ({ store }) => store.store.name },
  { name: 'state', value: ({ store }) => store.state },
  { name: 'resource', value: ({ fill }) => fill?.resource ?? null },
  { name: 'fill', value: ({ fill }) => fill?.fill ?? null },
  { name: 'used', value: ({ fill }) => fill?.used ?? null },
  { name: 'capacity', value: ({ fill }) => fill?.capacity ?? null },
  { name: 'growth_per_day', value: ({ store, first }) => (first ? (store.growth?.perDay ?? null) : null) },
  ...forecastCsvColumns<Line>(({ store }) => store.forecast),
];

const linesOf = (host: Host): Line[] =>
  host.stores.flatMap((store) =>
    (store.fills.length === 0 ? [null] : store.fills).map((fill, at) => ({ host, store, fill, first: at === 0 })),
  );

function formatHost(view: Host, at: Date, colours: boolean): string {
  const { row, observedAt } = view;
  const read = observedAt === null ? 'Nothing was read.' : `Read ${moment(observedAt)}, ${age(observedAt, at)} before.`;
  const asOf = view.at === null ? '' : ` As of ${moment(view.at)}.`;
  const tags = row.tags.length === 0 ? '' : `, tagged ${row.tags.join(' ')}`;
  const lines = linesOf(view);
  const soonest = soonestLine({ forecast: row.forecast, connection: row.connection, readAt: observedAt });
  return paragraphs(
    `${row.name}: ${row.state}, ${connectionWord(row.connection)}${tags}.\n${row.hostId}\n${read}${asOf}${soonest === null ? '' : `\nFirst to be full: ${soonest}`}`,
    lines.length === 0 ? 'No store was read.' : formatTable(columns(at), lines, colours),
    probeLines(view),
    scopeLines(view.scopes, at),
  );
}

/** Of the last beat; a past moment has none. */
function probeLines({ probes }: Host): string | null {
  const unread = probes.filter(({ status, reason }) => status !== 'ok' || reason !== null);
  if (unread.length === 0) return null;
  const lines = unread.map(
    ({ probe, status, reason }) =>
      `  ${probe}: ${status === 'ok' ? 'in part' : status}${reason === null ? '' : `: ${reason}`}`,
  );
  return ['Probes that did not read all:', ...lines].join('\n');
}
