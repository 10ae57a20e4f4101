import { HOLDING_KINDS, ITEM_KINDS, type ItemKind, type ItemView } from '@silt/domain';

export const INVENTORY_COLUMNS = ['kind', 'name', 'owner', 'state', 'size'] as const;
/** The columns that the table can be sorted by. */
export type InventoryColumn = (typeof INVENTORY_COLUMNS)[number];

export interface InventoryQuery {
  text: string;
  /** Empty = those that hold space, and leaked mounts. */
  kinds: ItemKind[];
  storeKey: string | null;
  sort: { column: InventoryColumn; descending: boolean };
}

/** The largest first. */
export const DEFAULT_SORT: InventoryQuery['sort'] = { column: 'size', descending: true };
const MAX_TEXT_LENGTH = 200;
const MAX_STORE_KEY_LENGTH = 4_096;

/** Kinds of the table when none was chosen. What they lie on is told by the stack. */
export const LISTED_KINDS: readonly ItemKind[] = [...HOLDING_KINDS, 'mount'];

/** What the address says; what it says wrongly is left out. */
export function readInventoryQuery(parameters: URLSearchParams): InventoryQuery {
  const asked = parameters.get('kind')?.split(',') ?? [];
  const sort = parameters.get('sort') ?? '';
  const column = INVENTORY_COLUMNS.find((name) => name === sort.replace(/^-/, ''));
  const storeKey = parameters.get('store');
  return {
    text: (parameters.get('q') ?? '').slice(0, MAX_TEXT_LENGTH),
    kinds: ITEM_KINDS.filter((kind) => asked.includes(kind)),
    storeKey: storeKey === null || storeKey === '' || storeKey.length > MAX_STORE_KEY_LENGTH ? null : storeKey,
    sort: column ? { column, descending: sort.startsWith('-') } : DEFAULT_SORT,
  };
}

/** Sets a query in an address; other parameters stay, and what is as it is by default is left out. */
export function writeInventoryQuery(parameters: URLSearchParams, query: InventoryQuery): string {
  const { text, kinds, storeKey, sort } = query;
  const isDefaultSort = sort.column === DEFAULT_SORT.column && sort.descending === DEFAULT_SORT.descending;
  const values = {
    q: text.slice(0, MAX_TEXT_LENGTH),
    kind: kinds.join(','),
    store: storeKey ?? '',
    sort: isDefaultSort ? '' : `${sort.descending ? '-' : ''}${sort.column}`,
  };
  const next = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  const written = next.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return written === '' ? '' : `?${written}`;
}

const textOf = ({ name, ownerChain, state }: ItemView): string =>
  [name, ...ownerChain, state ?? ''].join('\n').toLowerCase();

/** The items of the kinds and the store asked for, and with the text in name, owner or state. */
export function filterItems(items: readonly ItemView[], { text, kinds, storeKey }: InventoryQuery): ItemView[] {
  const shownKinds = new Set(kinds.length > 0 ? kinds : LISTED_KINDS);
  const wanted = text.trim().toLowerCase();
  return items.filter(
    (item) =>
      shownKinds.has(item.kind) &&
      (storeKey === null || item.storeKey === storeKey) &&
      (wanted === '' || textOf(item).includes(wanted)),
  );
}

/** What an item is sorted by, in bytes: what it holds at the most, else its own size; below all when neither is known. */
export const sizeRank = ({ counted, mostBytes, sizeBytes }: ItemView): number =>
  (counted ? mostBytes : sizeBytes) ?? -1;
