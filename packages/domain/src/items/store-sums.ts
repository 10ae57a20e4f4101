import { HELD_SERIES } from './held-series.ts';
import { HOLDING_KINDS, type Item, type ItemKind, type ItemRun, type StoreSum } from './item.ts';
import type { RunSnapshot } from './item-run.ts';
import { PINS_SCOPE } from './run/mount-items.ts';

const HOLDING: ReadonlySet<ItemKind> = new Set(HOLDING_KINDS);
/** Of each of these probes, what is not read as a whole leaves something out on these kinds of stores. */
const PROBE_OF_KIND = { filesystem: 'docker', btrfs: 'subvolumes', 'thin-pool': 'thin-devices' } as const;

/**
 * What the items of each store explain, in the order of the layout. Only of stores that items were looked for on: those
 * with a data root, a loop file or other counted items, every btrfs and every thin pool.
 */
export function storeSumsOf(run: ItemRun, snapshot: RunSnapshot): StoreSum[] {
  const { layout, readings } = snapshot;
  const used = new Map(layout.entries.map(({ storeKey, series }, place) => [`${series} ${storeKey}`, readings[place]]));
  const byStore = new Map<string, Item[]>();
  for (const item of run.items) {
    if (item.storeKey === null || !HOLDING.has(item.kind)) continue;
    const known = byStore.get(item.storeKey);
    if (known === undefined) byStore.set(item.storeKey, [item]);
    else known.push(item);
  }
  const subjects = subjectsByStore(run.items);
  return layout.stores.flatMap((store) => {
    const items = byStore.get(store.key) ?? [];
    const own = subjects.get(store.key) ?? new Set([store.key]);
    if (store.kind === 'filesystem' && items.length === 0 && own.size <= 1) return [];
    const usedBytes = used.get(`${HELD_SERIES[store.kind]} ${store.key}`) ?? null;
    const isWhole = !hasGaps(run, { subjects: own, probe: PROBE_OF_KIND[store.kind] });
    return [sumOf(store.key, items, isWhole ? usedBytes : null)];
  });
}

function sumOf(storeKey: string, items: readonly Item[], usedBytes: number | null): StoreSum {
  let [itemsBytes, itemsMostBytes, unknownItems] = [0, 0, 0];
  for (const { counted, leastBytes, mostBytes } of items) {
    if (!counted) continue;
    if (leastBytes === null || mostBytes === null) unknownItems += 1;
    itemsBytes += leastBytes ?? 0;
    itemsMostBytes += mostBytes ?? 0;
  }
  const unattributedBytes = usedBytes === null ? null : Math.max(0, usedBytes - itemsMostBytes);
  return { storeKey, itemsBytes, itemsMostBytes, unattributedBytes, unknownItems };
}

/** What scopes that count for a store are named after: itself, and the data roots on it that count for themselves. */
function subjectsByStore(items: readonly Item[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (storeKey: string, subject: string): void => {
    found.set(storeKey, (found.get(storeKey) ?? new Set([storeKey])).add(subject));
  };
  for (const { kind, key, storeKey, attributes } of items) {
    if (kind !== 'data-root' || attributes.isWithinOther === true) continue;
    const subject = key.slice('data-root:'.length);
    if (storeKey !== null) add(storeKey, subject);
    if (typeof attributes.layersStoreKey === 'string') add(attributes.layersStoreKey, subject);
  }
  return found;
}

/**
 * A scope of the subjects that was not read in full, or a probe that told nothing at all. Deleted files count where a data
 * root is; that some processes do not show theirs is no gap, or there would always be one.
 */
function hasGaps({ scopes }: ItemRun, { subjects, probe }: { subjects: ReadonlySet<string>; probe: string }): boolean {
  return scopes.some(({ name, status }) => {
    if (status === 'complete') return false;
    const [own = '', , ...rest] = name.split(' ');
    if (name === PINS_SCOPE) return status === 'not-read' && subjects.size > 1;
    if (rest.length > 0) return subjects.has(rest.join(' '));
    return status === 'not-read' && (own === probe || own === 'docker');
  });
}
