import type { Inventory } from '../inventory/inventory.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Item, ItemRun, Scope } from './item.ts';
import { contentItems, putDockerScope, rootItems } from './run/docker-items.ts';
import { imageItems } from './run/image-items.ts';
import { layerItems } from './run/layer-items.ts';
import { mountItems } from './run/mount-items.ts';
import { rootsOf } from './run/places.ts';
import { Scopes } from './run/scopes.ts';
import { deviceItems, storeItems } from './run/store-items.ts';
import { subvolumeItems } from './run/subvolume-items.ts';
import { thinItems } from './run/thin-items.ts';

/** Bounds of the wire: `MAX_INVENTORY_ITEMS`, `MAX_SCOPES`. */
const MAX_RUN_ITEMS = 50_000;
const MAX_RUN_SCOPES = 1_024;

/** The snapshot that an inventory is joined with: the last one. `probes` absent: its stores are not taken for all. */
export type RunSnapshot = Pick<Snapshot, 'layout' | 'readings'> & Partial<Pick<Snapshot, 'probes'>>;

/**
 * All of a host's inventory as items and the scopes that they were read in. Equal reads give equal runs. Daemons tell sizes
 * once an hour: give it what `DockerSizes.fill` made of the inventory, or sizes come and go.
 */
export function itemRunOf(inventory: Inventory, snapshot: RunSnapshot): ItemRun {
  const { layout, probes = [] } = snapshot;
  const scopes = new Scopes([...probes, ...inventory.probes]);
  const roots = rootsOf(inventory, layout);
  const readings = readingsOf(snapshot);
  const readingOf = (storeKey: string, series: string) => readings.get(`${series} ${storeKey}`) ?? null;
  putDockerScope(inventory, scopes);
  scopes.putProbe('layers', inventory.docker !== null && areLayersRead(inventory));
  const items = [
    ...storeItems(layout, { inventory, readingOf }, scopes),
    ...deviceItems(inventory, layout.stores, scopes),
    ...roots.flatMap((root) => rootItems(root)),
    ...roots.flatMap((root) => contentItems(root, inventory, scopes)),
    ...roots.flatMap((root) => imageItems(root, scopes)),
    ...roots.flatMap((root) => layerItems(root, inventory, scopes)),
    ...subvolumeItems(inventory, { layout, roots }, scopes),
    ...thinItems(inventory, roots, scopes),
    ...mountItems(inventory, roots, scopes),
  ];
  return withinBounds(uniqueOf(items), scopes.all());
}

/** Series at their stores: `<series> <store key>`. */
function readingsOf({ layout: { entries }, readings }: RunSnapshot): Map<string, number | null> {
  return new Map(entries.map(({ storeKey, series }, place) => [`${series} ${storeKey}`, readings[place] ?? null]));
}

const areLayersRead = ({ dataRoots, docker }: Inventory): boolean =>
  dataRoots.length > 0 ||
  (docker?.daemons ?? []).every(({ dataRoot, storageDriver }) => dataRoot === null || storageDriver === null);

/** The first of those with one key. */
function uniqueOf(items: readonly Item[]): Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) if (!byKey.has(item.key)) byKey.set(item.key, item);
  return [...byKey.values()];
}

/** Of too many items the last ones are left out, and their scopes are not complete any more. */
function withinBounds(items: Item[], scopes: Scope[]): ItemRun {
  const cut = new Set(items.slice(MAX_RUN_ITEMS).map(({ scope }) => scope));
  const reason = `More than ${MAX_RUN_ITEMS} items are not told.`;
  const told = scopes.map((scope): Scope => (cut.has(scope.name) ? { ...scope, status: 'partial', reason } : scope));
  return { items: items.slice(0, MAX_RUN_ITEMS), scopes: told.slice(0, MAX_RUN_SCOPES) };
}
