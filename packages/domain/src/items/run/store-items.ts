import { findBlockDevice } from '../../inventory/block.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { SeriesName } from '../../series.ts';
import type { Layout, Reading, Store, StoreKind } from '../../snapshot.ts';
import type { Item } from '../item.ts';
import { exactly, keyOf, listText, makeItem } from './make-item.ts';
import type { Scopes } from './scopes.ts';

const SCOPE_OF_KIND = {
  filesystem: 'filesystems',
  btrfs: 'btrfs',
  'thin-pool': 'thin-pools',
} as const satisfies Record<StoreKind, string>;
const CAPACITY_OF_KIND = {
  filesystem: 'capacityBytes',
  btrfs: 'deviceBytes',
  'thin-pool': 'poolDataCapacityBytes',
} as const satisfies Record<StoreKind, SeriesName>;

export type ReadingOf = (storeKey: string, series: SeriesName) => Reading;

/** The stores of the layout, and the files that some of them lie in. */
export function storeItems(
  { stores }: Layout,
  { inventory: { devices }, readingOf }: { inventory: Inventory; readingOf: ReadingOf },
  scopes: Scopes,
): Item[] {
  for (const probe of ['filesystems', 'btrfs', 'thin-pools', 'loop']) scopes.putProbe(probe, true);
  // A btrfs is found among the file systems.
  if (scopes.statusOf('filesystems') !== 'complete') scopes.put('btrfs', 'partial', scopes.reasonOf('filesystems'));
  const items = stores.map((store) => {
    const device = store.loop?.device ?? findBlockDevice(devices ?? [], store.device ?? '')?.name ?? null;
    return makeItem({
      key: keyOf('store', store.key),
      kind: 'store',
      name: store.name,
      scope: SCOPE_OF_KIND[store.kind],
      storeKey: store.key,
      parentKey: device === null ? null : keyOf('device', device),
      sizeBytes: readingOf(store.key, CAPACITY_OF_KIND[store.kind]),
      state: store.thinPool?.state ?? (store.readOnly ? 'read-only' : null),
      attributes: storeAttributes(store),
    });
  });
  return [...items, ...stores.flatMap((store) => loopFile(store, readingOf))];
}

function storeAttributes(store: Store): Item['attributes'] {
  const { kind, fileSystemType, device, uuid, mountPoints, options, readOnly, btrfs, thinPool, loop } = store;
  return {
    ...{ kind, fileSystemType, device, uuid, readOnly },
    mountPoints: listText(mountPoints),
    options: options.join(','),
    loopDevice: loop?.device ?? null,
    label: btrfs?.label ?? null,
    dataProfile: listText(btrfs?.profiles.data ?? []),
    metadataProfile: listText(btrfs?.profiles.metadata ?? []),
    systemProfile: listText(btrfs?.profiles.system ?? []),
    devices: listText((btrfs?.devices ?? []).map(({ id, path }) => path ?? `id ${id}`)),
    missingDevices: btrfs === null ? null : btrfs.devices.filter(({ missing }) => missing).length,
    features: listText(thinPool?.features ?? []),
    suspended: thinPool?.suspended ?? null,
    dataDevice: thinPool?.dataDevice ?? null,
    metadataDevice: thinPool?.metadataDevice ?? null,
    dataBlockBytes: thinPool?.dataBlockBytes ?? null,
    lowWaterBlocks: thinPool?.lowWaterBlocks ?? null,
  };
}

function loopFile({ key, loop }: Store, readingOf: ReadingOf): Item[] {
  if (loop === null) return [];
  const sizeBytes = readingOf(key, 'backingAllocatedBytes');
  return [
    makeItem({
      key: keyOf('loop-file', loop.outerStoreKey ?? '', loop.backingFile),
      kind: 'loop-file',
      name: loop.backingFile,
      scope: 'loop',
      storeKey: loop.outerStoreKey,
      parentKey: loop.outerStoreKey === null ? null : keyOf('store', loop.outerStoreKey),
      ownerKey: keyOf('store', key),
      sizeBytes,
      holds: exactly(sizeBytes),
      state: loop.deleted ? 'deleted' : null,
      attributes: { loopDevice: loop.device },
    }),
  ];
}

/** `stores`: those of the layout, by which a device is told what it bears. */
export function deviceItems({ devices }: Inventory, stores: readonly Store[], scopes: Scopes): Item[] {
  scopes.putProbe('devices', devices !== null);
  const bears = new Map<string, string>();
  for (const { key, device, loop, btrfs } of stores) {
    const paths = [device, loop?.device ?? null, ...(btrfs?.devices ?? []).map(({ path }) => path)];
    for (const path of paths) {
      const found = path === null ? null : findBlockDevice(devices ?? [], path);
      if (found !== null && !bears.has(found.name)) bears.set(found.name, key);
    }
  }
  return (devices ?? []).map(({ name, kind, device, sizeBytes, below, readOnly, rotational, removable, ...more }) =>
    makeItem({
      key: keyOf('device', name),
      kind: 'device',
      name: more.dm?.name ?? name,
      scope: 'devices',
      storeKey: bears.get(name) ?? null,
      parentKey: below[0] === undefined ? null : keyOf('device', below[0]),
      sizeBytes,
      state: more.md?.state ?? (more.dm?.suspended === true ? 'suspended' : null),
      attributes: {
        ...{ kind, kernelName: name, device, readOnly, rotational, removable, model: more.model },
        below: listText(below),
        dmUuid: more.dm?.uuid ?? null,
        raidLevel: more.md?.level ?? null,
        raidDevices: more.md?.raidDevices ?? null,
        degradedDevices: more.md?.degradedDevices ?? null,
        backingFile: more.loop?.backingFile ?? null,
      },
    }),
  );
}
