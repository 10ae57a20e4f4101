import type { InventoryView, ItemView, KindTotal } from '@silt/domain';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { findHost } from '../find-host.ts';
import { findStore } from '../find-store.ts';
import { scopeLines } from '../scope-lines.ts';
import { type Column, formatTable } from '../table.ts';
import { age, byteRange, chain, moment, NONE, quantity } from '../words.ts';

export interface InventoryFlags {
  at?: Date;
  store?: string;
  limit: number;
}

/** `silt inventory`: what holds the space of a host, now or at a moment. */
export async function inventory(context: CommandContext, name: string, flags: InventoryFlags): Promise<void> {
  const { api, terminal } = context;
  const hostId = await findHost(api, name);
  const at = flags.at?.toISOString();
  const store = flags.store === undefined ? null : await findStore(api, hostId, flags.store, at);
  const view = await api.host.inventory.query({
    ...{ hostId, limit: flags.limit },
    ...(at === undefined ? {} : { at }),
    ...(store === null ? {} : { storeKey: store.key }),
  });
  answer(context, view, (shown) => formatInventory(shown, flags.at ?? terminal.now(), terminal.colours));
}

const columns = (at: Date): Column<ItemView>[] => [
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'HOLDS', right: true, cell: (item) => (item.counted ? byteRange(item) : NONE) },
  { title: 'SIZE', right: true, cell: ({ sizeBytes }) => (sizeBytes === null ? NONE : quantity(sizeBytes, 'bytes')) },
  { title: 'STATE', cell: ({ state }) => state ?? NONE },
  { title: 'FOR', cell: ({ ownerChain }) => chain(ownerChain) },
  { title: 'READ', right: true, cell: ({ readAt }) => age(readAt, at) },
];

const TOTALS: Column<KindTotal>[] = [
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'ITEMS', right: true, cell: ({ items }) => quantity(items, 'count') },
  { title: 'HOLD', right: true, cell: (total) => byteRange(total) },
  { title: 'OF UNKNOWN SIZE', right: true, cell: ({ unknownItems }) => quantity(unknownItems, 'count') },
];

function formatInventory(view: InventoryView, at: Date, colours: boolean): string {
  if (view.readAt === null) return `No inventory was read by ${moment(view.at)}.`;
  const stale = view.stale ? ' A part was lost on its way: this is from before.' : '';
  return paragraphs(
    `Inventory of ${moment(view.readAt)}, ${age(view.readAt, at)} before.${stale}`,
    view.items.length === 0 ? 'It has no item.' : formatTable(columns(at), view.items, colours),
    view.cut === 0 ? null : `${view.cut} more items are not listed: use --limit.`,
    view.totals.length === 0 ? null : formatTable(TOTALS, view.totals, colours),
    scopeLines(view.scopes, at),
  );
}
