import {
  type Attribution,
  type Comparison,
  formatSignedBytes,
  type ItemChange,
  type StoreComparison,
} from '@silt/domain';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { findHost } from '../find-host.ts';
import { findStore } from '../find-store.ts';
import { type Column, formatTable } from '../table.ts';
import { byteRange, chain, moment, NONE, NOT_READ, quantity } from '../words.ts';

export interface DiffFlags {
  from: Date;
  to: Date;
  store?: string;
  /** Changes listed of each store. */
  limit: number;
}

/** `silt diff`: what made the difference between two moments of a host. */
export async function diff(context: CommandContext, name: string, flags: DiffFlags): Promise<void> {
  const { api, terminal } = context;
  const [a, b] = [flags.from.toISOString(), flags.to.toISOString()];
  const hostId = await findHost(api, name);
  const store = flags.store === undefined ? null : await findStore(api, hostId, flags.store, b);
  const view = await api.compare.get.query({ hostId, storeKey: store?.key ?? null, a, b });
  answer(context, view, (shown) => formatDiff(shown, flags.limit, terminal.colours));
}

function formatDiff({ a, b, stores }: Comparison, limit: number, colours: boolean): string {
  const side = (word: string, { asked, observedAt, inventoryReadAt }: Comparison['a']): string => {
    const read = (iso: string | null): string => (iso === null ? NOT_READ : moment(iso));
    return `${word} ${moment(asked)}: readings ${read(observedAt)}, inventory ${read(inventoryReadAt)}.`;
  };
  return paragraphs(
    `${side('From', a)}\n${side('To', b)}`,
    ...(stores.length === 0 ? ['No store was there at either moment.'] : []),
    ...stores.map((store) => formatStore(store, limit, colours)),
  );
}

interface Part {
  what: string;
  added: string;
  removed: string;
  changed: string;
  bytes: string;
}

const PARTS: Column<Part>[] = [
  { title: 'BY', cell: ({ what }) => what },
  { title: 'ADDED', right: true, cell: ({ added }) => added },
  { title: 'REMOVED', right: true, cell: ({ removed }) => removed },
  { title: 'CHANGED', right: true, cell: ({ changed }) => changed },
  { title: 'BYTES', right: true, cell: ({ bytes }) => bytes },
];

function partsOf({ kinds, belowStepsBytes, unattributed, growthBytes }: Attribution): Part[] {
  const whole = (what: string, bytes: string): Part => ({ what, added: '', removed: '', changed: '', bytes });
  return [
    ...kinds.map((kind) => ({
      ...{ what: kind.kind, added: String(kind.added), removed: String(kind.removed), changed: String(kind.changed) },
      bytes: byteRange(kind, formatSignedBytes),
    })),
    whole('below the size steps', belowStepsBytes === null ? NOT_READ : formatSignedBytes(belowStepsBytes)),
    whole('unattributed', unattributed === null ? NOT_READ : byteRange(unattributed, formatSignedBytes)),
    whole('growth', growthBytes === null ? NOT_READ : formatSignedBytes(growthBytes)),
  ];
}

const CHANGES: Column<ItemChange>[] = [
  { title: 'CHANGE', cell: ({ change }) => change },
  { title: 'KIND', cell: ({ item }) => item.kind },
  { title: 'NAME', cell: ({ item }) => item.name },
  { title: 'FROM', right: true, cell: ({ a }) => (a === null ? NONE : byteRange(a)) },
  { title: 'TO', right: true, cell: ({ b }) => (b === null ? NONE : byteRange(b)) },
  {
    title: 'DIFFERENCE',
    right: true,
    cell: ({ delta }) => (delta === null ? 'unknown' : byteRange(delta, formatSignedBytes)),
  },
  { title: 'FOR', cell: ({ item }) => chain(item.ownerChain) },
];

function formatStore(store: StoreComparison, limit: number, colours: boolean): string {
  const { attribution, changes, unchanged } = store;
  const { series, aBytes, bBytes, stepErrorBytes, unknownItems } = attribution;
  const cut = changes.length - limit;
  const unknown = unknownItems === 0 ? '' : ` ${unknownItems} items of unknown size are in the unattributed.`;
  const error = `Sizes of items are kept in steps, which is ${quantity(stepErrorBytes, 'bytes')} at the most here.`;
  return paragraphs(
    `${store.storeName} (${store.storeKey})\n${series}: ${quantity(aBytes, 'bytes')} to ${quantity(bBytes, 'bytes')}`,
    formatTable(PARTS, partsOf(attribution), colours),
    changes.length === 0 ? 'No item changed.' : formatTable(CHANGES, changes.slice(0, limit), colours),
    cut > 0 ? `${cut} more changes are not listed: use --limit.` : null,
    `${unchanged.items} items are the same, ${quantity(unchanged.leastBytes, 'bytes')}.${unknown} ${error}`,
  );
}
