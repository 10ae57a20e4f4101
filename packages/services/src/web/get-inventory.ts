import { readStaleSince, STORE_ITEM_PREFIX } from '@silt/db';
import { BEARING_KINDS, type InventoryView, ITEM_KINDS, type ItemView, type KindTotal } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import { type InventoryQuery, MAX_INVENTORY_ITEMS } from '../web-services.ts';
import { inventoryAt } from './items-at.ts';
import { longRead } from './long-read.ts';
import { momentOf } from './moment-of.ts';
import { findHost, type ReadContext } from './read-host.ts';

/** Errors: `not-found`, `bad-input`, `unavailable` when it takes too long. */
export async function getInventory(context: ReadContext, query: InventoryQuery): Promise<InventoryView> {
  const { organisationId, now } = context;
  const { hostId, storeKey, limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_INVENTORY_ITEMS)
    throw new ServiceError('bad-input', `Ask for 1 to ${MAX_INVENTORY_ITEMS} items.`);
  const at = momentOf(query.at, now);
  return longRead(context, async (tx) => {
    const host = { hostId: (await findHost(tx, organisationId, hostId)).id, organisationId };
    const { readAt, scopes, items: all } = await inventoryAt(tx, host, at);
    const staleSince = await readStaleSince(tx, host);
    const items = storeKey === undefined ? all : all.filter((item) => isOfStore(item, storeKey));
    const holding = items.filter(({ kind }) => !isBearing(kind)).sort(bySize);
    return {
      at: at.toISOString(),
      readAt: readAt?.toISOString() ?? null,
      stale: staleSince !== null && staleSince <= at,
      scopes,
      items: [...holding.slice(0, limit), ...items.filter(({ kind }) => isBearing(kind)).sort(bySize)],
      totals: totalsOf(items),
      cut: Math.max(0, holding.length - limit),
    };
  });
}

const isOfStore = (item: ItemView, storeKey: string): boolean =>
  item.storeKey === storeKey || item.key === STORE_ITEM_PREFIX + storeKey;

const isBearing = (kind: ItemView['kind']): boolean => BEARING_KINDS.some((bearing) => bearing === kind);

/** The largest first; those of unknown size last, in order of their names. */
function bySize(a: ItemView, b: ItemView): number {
  const sizeOf = ({ mostBytes, sizeBytes }: ItemView): number => mostBytes ?? sizeBytes ?? -1;
  return sizeOf(b) - sizeOf(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : 1);
}

function totalsOf(items: readonly ItemView[]): KindTotal[] {
  const kinds = Map.groupBy(items, ({ kind }) => kind);
  return ITEM_KINDS.flatMap((kind) => {
    const own = kinds.get(kind);
    if (own === undefined) return [];
    const counted = own.filter((item) => item.counted);
    const sum = (bytes: (item: ItemView) => number | null): number =>
      counted.reduce((total, item) => total + (bytes(item) ?? 0), 0);
    return [
      {
        ...{ kind, items: own.length },
        leastBytes: sum(({ leastBytes }) => leastBytes),
        mostBytes: sum(({ mostBytes }) => mostBytes),
        unknownItems: counted.filter(({ mostBytes }) => mostBytes === null).length,
      },
    ];
  });
}
