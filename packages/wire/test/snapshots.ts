import type { Item, Layout, Snapshot } from '@silt/domain';
import type { ProducedInventory } from '../src/client/index.ts';
import { golden } from './golden-frame.ts';

const captured = golden('snapshot');
/** Of the golden snapshot, a real capture. */
export const layout: Layout = captured.layout.description;
export const otherLayout: Layout = { ...layout, daemons: [] };

export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const { takenAt, bootId, uptimeMilliseconds, readings, probes } = captured;
  return { takenAt, bootId, uptimeMilliseconds, readings, probes, layout, ...changes };
}

/** Told from every other one by its uptime. */
export const numbered = (uptimeMilliseconds: number): Snapshot =>
  snapshot({ uptimeMilliseconds, takenAt: new Date(Date.UTC(2026, 0, 1) + uptimeMilliseconds * 1_000).toISOString() });

const { scopes, items, bootId } = golden('inventory') as {
  scopes: ProducedInventory['scopes'];
  items: Item[];
  bootId: string;
};

/** Items of the golden inventory, copied until they are so many, each with a key of its own. */
export const itemsOf = (count: number, changes: Partial<Item> = {}): Item[] =>
  Array.from({ length: count }, (_, place) => ({
    ...(items[place % items.length] as Item),
    key: `subvolume:${place}`,
    ...changes,
  }));

/** Told from every other one by its uptime. */
export const inventoryOf = (uptimeMilliseconds: number, isFull = true, count = 3): ProducedInventory => ({
  takenAt: numbered(uptimeMilliseconds).takenAt,
  ...{ bootId, uptimeMilliseconds, isFull, scopes, items: itemsOf(count), removed: isFull ? [] : ['subvolume:gone'] },
});
