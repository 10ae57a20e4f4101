import { type FleetPage, type FleetRow, type FleetSort, STATES, type State } from '@silt/domain';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
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
}

/** What is first by itself: the names from A, the longest silence, the least coverage, and the most of all else. */
const ASCENDING: readonly FleetSort[] = ['name', 'last-seen', 'coverage'];

/** `silt fleet`: a page of the fleet. */
export async function fleet(context: CommandContext, flags: FleetFlags): Promise<void> {
  const { sort, reverse, state, tag, untagged, text, limit, offset } = flags;
  const page = await context.api.fleet.page.query({
    ...{ sort, descending: ASCENDING.includes(sort) === reverse, offset, limit },
    ...(state === undefined ? {} : { states: state }),
    ...(tag === undefined ? {} : { tag }),
    ...(untagged ? { untagged } : {}),
    ...(text === undefined ? {} : { text }),
  });
  const { now, colours } = { now: context.terminal.now(), colours: context.terminal.colours };
  answer(context, page, (view) => formatFleet(view, { now, colours, offset }));
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
  { title: 'FILL', right: true, cell: ({ fullest }) => (fullest === null ? NONE : percent(fullest.fill)) },
  { title: 'FULLEST', cell: ({ fullest }) => (fullest === null ? NONE : `${fullest.storeName} ${fullest.resource}`) },
  { title: 'USED', cell: fullnessOf },
  { title: 'A DAY', right: true, cell: growthOf },
  { title: 'SEEN', right: true, cell: ({ lastSeenAt }) => age(lastSeenAt, now) },
  { title: 'PROBES', right: true, cell: ({ coverage }) => `${coverage.read}/${coverage.total}` },
  { title: 'TAGS', cell: ({ tags }) => (tags.length === 0 ? NONE : tags.join(' ')) },
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
