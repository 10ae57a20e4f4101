import type { BtrfsInventory, Subvolume } from '../../inventory/btrfs.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Layout } from '../../snapshot.ts';
import type { Item } from '../item.ts';
import { SubvolumeBytes, volumesOfPath } from './btrfs-bytes.ts';
import { keyOf, makeItem } from './make-item.ts';
import type { Root } from './places.ts';
import { type Scopes, scopeName } from './scopes.ts';

/** Subvolumes of storage drivers: Docker's and BuildKit's ids. */
const LAYER_PATH = /(?:^|\/)btrfs\/subvolumes\/([0-9a-f]{64}(?:-init)?|[0-9a-z]{25})$/;
const TOP_LEVEL_ID = 5;

/** Subvolumes that no layer, container, orphan or leftover stands for. */
export function subvolumeItems(
  inventory: Inventory,
  { layout, roots }: { layout: Layout; roots: readonly Root[] },
  scopes: Scopes,
): Item[] {
  scopes.putProbe('subvolumes', inventory.btrfs !== null);
  return (inventory.btrfs ?? []).flatMap((system) => {
    const { storeKey, subvolumes, uuid } = system;
    const scope = scopeName('subvolumes', 'list', storeKey);
    scopes.putList(scope, 'subvolumes', { isRead: subvolumes !== null, words: [uuid] });
    const own = roots.filter((root) => root.storeKey === storeKey);
    const isTold = toldElsewhere(own, inventory.docker !== null);
    const bearing = bearingIds(system, { layout, roots: own });
    const bytes = new SubvolumeBytes(system);
    const paths = new Map((subvolumes ?? []).map((one) => [one.uuid, one.path]));
    return (subvolumes ?? [])
      .filter(({ path }) => !isTold(path))
      .map((one) => {
        const isBearing = bearing.has(one.id);
        const snapshotOf = one.parentUuid === null ? null : (paths.get(one.parentUuid) ?? one.parentUuid);
        return makeItem({
          key: keyOf('subvolume', storeKey, String(one.id)),
          kind: 'subvolume',
          name: one.path,
          scope,
          storeKey,
          parentKey:
            one.parentId === TOP_LEVEL_ID
              ? keyOf('store', storeKey)
              : keyOf('subvolume', storeKey, String(one.parentId)),
          sizeBytes: one.referencedBytes,
          holds: isBearing ? null : bytes.heldBy(one),
          state: one.readOnly === true ? 'read-only' : null,
          attributes: { id: one.id, uuid: one.uuid, snapshotOf, received: one.receivedUuid !== null, isBearing },
        });
      });
  });
}

/** Whether a path is one of a data root's layers, or in one of its volumes. What the roots did not tell is not judged. */
function toldElsewhere(roots: readonly Root[], isDockerRead: boolean): (path: string) => boolean {
  const stores = roots.map(({ dataRoot }) => dataRoot?.layers ?? null);
  const areEntriesRead = isDockerRead && stores.every((store) => (store?.entries ?? null) !== null);
  const areLeftoversRead = isDockerRead && stores.every((store) => (store?.leftovers ?? null) !== null);
  const names = new Set<string>();
  const volumes = new Set<string>();
  for (const store of stores) {
    for (const { name } of store?.entries ?? []) names.add(name);
    for (const { cacheId } of store?.layers ?? []) names.add(cacheId ?? '');
    for (const { mountId, initId } of store?.mounts ?? []) names.add(mountId ?? '').add(initId ?? '');
    for (const { volume } of store?.leftovers ?? []) volumes.add(volume);
  }
  return (path) => {
    const [volume] = volumesOfPath(path);
    if (volume !== undefined) return !areLeftoversRead || volumes.has(volume);
    const layer = LAYER_PATH.exec(path)?.[1];
    return layer !== undefined && (!areEntriesRead || names.has(layer));
  };
}

/**
 * Subvolumes that a data root or a loop file lies in: other items tell a part of their bytes, so they count for nothing
 * themselves. Known by the layers in them, else by what is mounted.
 */
function bearingIds(
  { subvolumes, storeKey }: BtrfsInventory,
  { layout, roots }: { layout: Layout; roots: readonly Root[] },
): Set<number> {
  const ids = new Set<number>();
  const isLayered = roots.length > 0 && roots.every(({ driver }) => driver === 'btrfs');
  const hasLoopFile = layout.stores.some(({ loop }) => loop?.outerStoreKey === storeKey);
  const all = subvolumes ?? [];
  if (roots.length > 0) for (const one of all) if (LAYER_PATH.test(one.path)) ids.add(one.parentId);
  if (hasLoopFile || (roots.length > 0 && !isLayered)) {
    for (const id of mountedIds(all, layout.stores.find(({ key }) => key === storeKey)?.options ?? [])) ids.add(id);
  }
  return ids;
}

function mountedIds(subvolumes: readonly Subvolume[], options: readonly string[]): number[] {
  const paths = new Set(options.flatMap((option) => /^subvol=\/?(.+)$/.exec(option)?.[1] ?? []));
  return subvolumes.filter(({ path }) => paths.has(path)).map(({ id }) => id);
}
