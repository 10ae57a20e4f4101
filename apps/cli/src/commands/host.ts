import type { ApiOutputs } from '@silt/api';
import type { ResourceFill, StoreView } from '@silt/domain';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { findHost } from '../find-host.ts';
import { scopeLines } from '../scope-lines.ts';
import { type Column, formatTable } from '../table.ts';
import { age, connectionWord, moment, NONE, percent, quantity, signedQuantity, stateCell } from '../words.ts';

type Host = ApiOutputs['host']['get'];

/** `silt host`: a host's stores, now or at a moment. */
export async function host(context: CommandContext, name: string, at?: Date): Promise<void> {
  const hostId = await findHost(context.api, name);
  const view = await context.api.host.get.query({ hostId, ...(at === undefined ? {} : { at: at.toISOString() }) });
  const { terminal } = context;
  answer(context, view, (shown) => formatHost(shown, at ?? terminal.now(), terminal.colours));
}

interface Line {
  store: StoreView;
  /** Null = nothing of the store was read. */
  fill: ResourceFill | null;
  first: boolean;
}

const unitOf = (fill: ResourceFill) => (fill.resource === 'inodes' ? 'count' : 'bytes');

const COLUMNS: Column<Line>[] = [
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
];

function formatHost(view: Host, at: Date, colours: boolean): string {
  const { row, observedAt } = view;
  const read = observedAt === null ? 'Nothing was read.' : `Read ${moment(observedAt)}, ${age(observedAt, at)} before.`;
  const asOf = view.at === null ? '' : ` As of ${moment(view.at)}.`;
  const tags = row.tags.length === 0 ? '' : `, tagged ${row.tags.join(' ')}`;
  const lines = view.stores.flatMap((store) =>
    (store.fills.length === 0 ? [null] : store.fills).map((fill, at) => ({ store, fill, first: at === 0 })),
  );
  return paragraphs(
    `${row.name}: ${row.state}, ${connectionWord(row.connection)}${tags}.\n${row.hostId}\n${read}${asOf}`,
    lines.length === 0 ? 'No store was read.' : formatTable(COLUMNS, lines, colours),
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
