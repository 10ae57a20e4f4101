import type { ItemChange, ItemChangeKind, ItemView, StoreComparison } from '../history-views.ts';
import { SERIES, SERIES_NAMES } from '../series.ts';
import type { Store } from '../snapshot.ts';
import { attributionOf, type ComparedSide, heldDelta, type ItemPair } from './attribution.ts';
import { isSameButSizes } from './diff-runs.ts';

/** A store at two moments: what is another, and what its growth is made of. */
export function compareStore(
  { key, name, kind }: Pick<Store, 'key' | 'name' | 'kind'>,
  a: ComparedSide,
  b: ComparedSide,
): StoreComparison {
  const ofStore = ({ storeKey }: ItemView): boolean => storeKey === key;
  const pairs = pairItems(a.items.filter(ofStore), b.items.filter(ofStore));
  return {
    ...{ storeKey: key, storeName: name, kind },
    readings: SERIES_NAMES.filter((series) => series in a.readings || series in b.readings).map((series) => {
      const { unit } = SERIES[series];
      return { series, unit, a: a.readings[series] ?? null, b: b.readings[series] ?? null };
    }),
    attribution: attributionOf(kind, pairs, { a: a.readings, b: b.readings }),
    ...changesOf(pairs),
  };
}

/** What is another between two lists of items, whatever store they are of; the greatest difference first. */
export function compareItems(
  a: readonly ItemView[],
  b: readonly ItemView[],
): Pick<StoreComparison, 'changes' | 'unchanged'> {
  return changesOf(pairItems(a, b));
}

function pairItems(a: readonly ItemView[], b: readonly ItemView[]): ItemPair[] {
  const before = new Map(a.map((item) => [item.key, item]));
  const after = new Set(b.map(({ key }) => key));
  const gone = a.filter(({ key }) => !after.has(key)).map((item): ItemPair => ({ a: item, b: null }));
  return [...b.map((item): ItemPair => ({ a: before.get(item.key) ?? null, b: item })), ...gone];
}

function changesOf(pairs: readonly ItemPair[]): Pick<StoreComparison, 'changes' | 'unchanged'> {
  const changes: ItemChange[] = [];
  const unchanged = { items: 0, leastBytes: 0 };
  for (const pair of pairs) {
    const change = changeOf(pair);
    if (change !== null) changes.push(change);
    else {
      unchanged.items += 1;
      unchanged.leastBytes += pair.b?.leastBytes ?? 0;
    }
  }
  changes.sort((x, y) => magnitudeOf(y) - magnitudeOf(x) || (x.item.key < y.item.key ? -1 : 1));
  return { changes, unchanged };
}

const magnitudeOf = ({ delta }: ItemChange): number =>
  delta === null ? 0 : Math.max(Math.abs(delta.leastBytes), Math.abs(delta.mostBytes));

function changeOf({ a, b }: ItemPair): ItemChange | null {
  const item = b ?? a;
  if (item === null) return null;
  const change = a === null ? 'added' : b === null ? 'removed' : kindOfChange(a, b);
  if (change === null) return null;
  return { change, item, a: bytesOf(a), b: bytesOf(b), delta: heldDelta(a, b) };
}

const bytesOf = (item: ItemView | null): ItemChange['a'] =>
  item === null ? null : { leastBytes: item.leastBytes, mostBytes: item.mostBytes };

/** By what it holds; of one that is not counted by its own size. null = it is the same. */
function kindOfChange(a: ItemView, b: ItemView): ItemChangeKind | null {
  const grown = (b.mostBytes ?? 0) - (a.mostBytes ?? 0) || (b.leastBytes ?? 0) - (a.leastBytes ?? 0);
  const isKnown = a.mostBytes !== null && b.mostBytes !== null;
  const ownGrown = a.sizeBytes !== null && b.sizeBytes !== null ? b.sizeBytes - a.sizeBytes : 0;
  const moved = isKnown ? grown : !a.counted && !b.counted ? ownGrown : 0;
  if (moved !== 0) return moved > 0 ? 'grown' : 'shrunk';
  const isSame = isSameButSizes(a, b) && (a.mostBytes === null) === (b.mostBytes === null);
  return isSame && (a.sizeBytes === null) === (b.sizeBytes === null) ? null : 'changed';
}
