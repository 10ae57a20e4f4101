import {
  type Inventory,
  type ItemRun,
  itemRunOf,
  type Layout,
  type Snapshot,
  type StoreSum,
  storeSumsOf,
} from '@silt/domain';
import { type CollectMemory, type CollectOptions, collect } from './collect.ts';
import { collectInventory } from './collect-inventory.ts';

/** A slow beat, and the fast one that its sizes are held against. */
export interface CollectedItems {
  inventory: Inventory;
  /** Taken when the inventory had been read. */
  snapshot: Snapshot;
  run: ItemRun;
  sums: StoreSum[];
}

/**
 * The slow beat as items. From here on each snapshot has what they add up to. `layout`: as of `collectInventory`, whose
 * rules are the same.
 */
export async function collectItems(options: CollectOptions, layout: Layout): Promise<CollectedItems> {
  const { memory } = options;
  const inventory = memory.dockerSizes.fill(await collectInventory(options, layout));
  const snapshot = await collect(options);
  const run = itemRunOf(inventory, snapshot);
  const sums = storeSumsOf(run, snapshot);
  memory.sums = sumsAfter(memory.sums, sums);
  return { inventory, snapshot, run, sums };
}

/** A store whose sum is missing once keeps its series, without a value, so that a layout does not change to and fro. */
function sumsAfter(known: CollectMemory['sums'], sums: readonly StoreSum[]): CollectMemory['sums'] {
  const next = new Map<string, StoreSum | null>(sums.map((sum) => [sum.storeKey, sum]));
  for (const [key, sum] of known) if (sum !== null && !next.has(key)) next.set(key, null);
  return next;
}
