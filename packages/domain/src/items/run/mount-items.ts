import type { Inventory } from '../../inventory/inventory.ts';
import type { FilePin, MountHolder, MountLeak } from '../../inventory/mounts.ts';
import type { Item } from '../item.ts';
import { exactly, keyOf, listText, makeItem } from './make-item.ts';
import type { Root } from './places.ts';
import { type Scopes, scopeName } from './scopes.ts';

export const PINS_SCOPE = scopeName('mounts', 'pins', 'host');
const LEAKS_SCOPE = scopeName('mounts', 'leaks', 'host');

/** Leaked mounts, and deleted files that a descriptor keeps. Other mounts are no items. */
export function mountItems({ mounts, leaks }: Inventory, roots: readonly Root[], scopes: Scopes): Item[] {
  scopes.putProbe('mounts', mounts !== null);
  const pins = mounts?.pins ?? null;
  scopes.putList(PINS_SCOPE, 'mounts', { isRead: pins !== null, words: [] });
  scopes.putList(LEAKS_SCOPE, 'mounts', { isRead: leaks !== null, words: [] });
  const stores = new Set(roots.map(({ storeKey }) => storeKey));
  // Its overlay is mounted nowhere, so only where there is one place for overlays it is known.
  const storeKey = stores.size === 1 ? ([...stores][0] ?? null) : null;
  return [...(pins ?? []).map((pin) => pinItem(pin, storeKey)), ...(leaks ?? []).map(leakItem)];
}

function pinItem({ device, inode, path, allocatedBytes, holders }: FilePin, storeKey: string | null): Item {
  return makeItem({
    key: keyOf('pinned-file', device, inode),
    kind: 'pinned-file',
    name: path,
    scope: PINS_SCOPE,
    storeKey,
    ownerKey: containerOf(holders),
    sizeBytes: allocatedBytes,
    holds: exactly(allocatedBytes),
    state: 'deleted',
    attributes: { device, inode, ...holderAttributes(holders) },
  });
}

function leakItem({ kind, mountId, upperDir, containerId, reason, reachedByUnmount, places }: MountLeak): Item {
  const points = [...new Set(places.map(({ mountPoint }) => mountPoint))].toSorted();
  const holders = places.flatMap((place) => place.holders);
  return makeItem({
    key: keyOf('mount', kind, upperDir ?? mountId),
    kind: 'mount',
    name: points[0] ?? mountId,
    scope: LEAKS_SCOPE,
    ownerKey: containerId === null ? null : keyOf('container', containerId),
    state: reason,
    attributes: {
      ...{ kind, mountId, upperDir, reachedByUnmount },
      mountPoints: listText(points),
      ...holderAttributes(holders),
    },
  });
}

function containerOf(holders: readonly MountHolder[]): string | null {
  const id = holders.find(({ owner }) => owner?.containerId != null)?.owner?.containerId ?? null;
  return id === null ? null : keyOf('container', id);
}

/** Names without process ids, which a restart changes. */
const holderAttributes = (holders: readonly MountHolder[]): Item['attributes'] => ({
  holders: listText([...new Set(holders.map(({ name }) => name))].toSorted()),
  unit: holders.find(({ owner }) => owner?.unit != null)?.owner?.unit ?? null,
});
