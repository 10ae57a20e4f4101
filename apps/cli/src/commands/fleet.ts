import { type FleetPage, type FleetRow, type FleetSort, STATES, type State } from '@silt/domain';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { type CsvColumn, formatCsv } from '../csv.ts';
import { forecastColumns, forecastCsvColumns } from '../forecast-columns.ts';
import { type Column, formatTable } from '../table.ts';
import { age, NONE, percent, quantity, signedQuantity, stateCell } from '../words.ts';

export interface FleetFlags {
  sort: FleetSort;
  reverse: boolean;
  /** Hosts in one of these; none = in any. */
  state?: State[];
  tag?: string;
  untagged: boolean;
  text?: string;
  limit: number;
  offset: number;
  csv: boolean;
}

/** What is first by itself: the fewest days, the names from A, the longest silence, the least coverage; the most of all else. */
const ASCENDING: readonly FleetSort[] = ['days-left', 'name', 'last-seen', 'coverage'];

/** `silt fleet`: a page of the fleet. */
export async function fleet(context: CommandContext, flags: FleetFlags): Promise<void> {
  const { sort, reverse, state, tag, untagged, text, limit, offset, csv } = flags;
  const page = await context.api.fleet.page.query({
    ...{ sort, descending: ASCENDING.includes(sort) === reverse, offset, limit },
    ...(state === undefined ? {} : { states: state }),
    ...(tag === undefined ? {} : { tag }),
    ...(untagged ? { untagged } : {}),
    ...(text === undefined ? {} : { text }),
  });
  const { now, colours } = { now: context.terminal.now(), colours: context.terminal.colours };
  answer(context, page, (view) => (csv ? formatCsv(CSV, view.hosts) : formatFleet(view, { now, colours, offset })));
}

const growthOf = ({ growth }: FleetRow): string =>
  growth === null ? NONE : signedQuantity(growth.perDay, growth.unit);

function fullnessOf({ fullest }: FleetRow): string {
  if (fullest === null) return 'not read';
  const unit = fullest.resource === 'inodes' ? 'count' : 'bytes';
  return `${quantity(fullest.used, unit)} of ${quantity(fullest.capacity, unit)}`;
}

const columns = (now: Date): Column<FleetRow>[] => [
  { title: 'HOST', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => stateCell(state) },
  ...forecastColumns<FleetRow>((row) => ({ ...row, readAt: row.lastSeenAt }), { now, withStore: true }),
  { title: 'FILL', right: true, cell: ({ fullest }) => (fullest === null ? NONE : percent(fullest.fill)) },
  { title: 'FULLEST', cell: ({ fullest }) => (fullest === null ? NONE : `${fullest.storeName} ${fullest.resource}`) },
  { title: 'USED', cell: fullnessOf },
  { title: 'A DAY', right: true, cell: growthOf },
  { title: 'SEEN', right: true, cell: ({ lastSeenAt }) => age(lastSeenAt, now) },
  { title: 'PROBES', right: true, cell: ({ coverage }) => `${coverage.read}/${coverage.total}` },
  { title: 'TAGS', cell: ({ tags }) => (tags.length === 0 ? NONE : tags.join(' ')) },
];

const CSV: CsvColumn<FleetRow>[] = [
  { name: 'host_id', value: ({ hostId }) => hostId },
  { name: 'host', value: ({ name }) => name },
  { name: 'state', value: ({ state }) => state },
  { name: 'connection', value: ({ connection }) => connection },
  ...forecastCsvColumns<FleetRow>(({ forecast }) => forecast),
  { name: 'fullest_store', value: ({ fullest }) => fullest?.storeName ?? null },
  { name: 'fullest_resource', value: ({ fullest }) => fullest?.resource ?? null },
  { name: 'fill', value: ({ fullest }) => fullest?.fill ?? null },
  { name: 'used', value: ({ fullest }) => fullest?.used ?? null },
  { name: 'capacity', value: ({ fullest }) => fullest?.capacity ?? null },
  { name: 'growth_per_day', value: ({ growth }) => growth?.perDay ?? null },
  { name: 'last_seen_at', value: ({ lastSeenAt }) => lastSeenAt },
  { name: 'probes_read', value: ({ coverage }) => coverage.read },
  { name: 'probes_total', value: ({ coverage }) => coverage.total },
  { name: 'tags', value: ({ tags }) => tags.join(' ') },
];

function formatFleet(
  { hosts, total, counts }: FleetPage,
  { now, colours, offset }: { now: Date; colours: boolean; offset: number },
): string {
  const states = STATES.map((state) => `${counts[state]} ${state}`).join(', ');
  if (hosts.length === 0)
    return total === 0 ? 'No host matches.' : `There are ${total} hosts, none from ${offset + 1} on.`;
  const shown = hosts.length === total ? `${total}` : `${offset + 1} to ${offset + hosts.length} of ${total}`;
  return paragraphs(formatTable(columns(now), hosts, colours), `Hosts: ${shown}. ${states}.`);
}
