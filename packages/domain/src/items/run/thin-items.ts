import type { Inventory } from '../../inventory/inventory.ts';
import type { LvmView, ThinDevice, ThinInventory, ThinPoolItem } from '../../inventory/thin-pools.ts';
import type { Item } from '../item.ts';
import { exactly, type Holding, keyOf, makeItem, upTo } from './make-item.ts';
import type { Root } from './places.ts';
import { type Scopes, scopeName } from './scopes.ts';

/** Docker's names that records of its data roots explain. */
interface DockerNames {
  /** Container ids by mount id. */
  containers: ReadonlyMap<string, string>;
  /** Cache ids of image layers, and names that orphans stand for. */
  others: ReadonlySet<string>;
}

/** Thin devices of every pool, and of LVM's those that are not active. */
export function thinItems({ thin, ...inventory }: Inventory, roots: readonly Root[], scopes: Scopes): Item[] {
  scopes.putProbe('thin-devices', thin !== null);
  if (thin === null) return [];
  const names = dockerNames(inventory.dataRoots, roots);
  const items = thin.pools.flatMap((pool) => poolItems(pool, { thin, names, scopes }));
  const pools = new Set(thin.pools.map(({ dmName }) => dmName));
  const homeless = thin.devices.filter(({ poolDmName }) => poolDmName === null || !pools.has(poolDmName));
  return [...items, ...groupsByName(homeless).map((group) => deviceItem(group, { pool: null, thin, names }))];
}

function dockerNames(dataRoots: Inventory['dataRoots'], roots: readonly Root[]): DockerNames {
  const containers = new Map<string, string>();
  const others = new Set<string>();
  const told = new Set(
    roots.flatMap(({ daemons }) => daemons.flatMap((one) => (one.containers ?? []).map(({ id }) => id))),
  );
  for (const { layers } of dataRoots) {
    if (layers.driver !== 'devicemapper') continue;
    for (const { cacheId } of layers.layers ?? []) if (cacheId !== null) others.add(cacheId);
    for (const { mountId, initId, containerId } of layers.mounts ?? []) {
      if (mountId !== null && told.has(containerId)) containers.set(mountId, containerId);
      if (initId !== null) others.add(initId);
    }
    for (const { name, class: kind } of layers.entries ?? []) if (/orphan|import|unclear/.test(kind)) others.add(name);
    for (const name of (layers.zombies ?? []).flatMap(({ holds }) => holds)) others.add(name);
  }
  return { containers, others };
}

interface PoolContext {
  thin: ThinInventory;
  names: DockerNames;
  scopes: Scopes;
}

function poolItems(pool: ThinPoolItem, { thin, names, scopes }: PoolContext): Item[] {
  const storeKey = `thin-pool:${pool.name}`;
  const scope = scopeName('thin-devices', 'list', storeKey);
  scopes.putList(scope, 'thin-devices', { isRead: true, words: ['thin devices'] });
  // What is not active, LVM alone knows.
  if (pool.maker === 'lvm' && thin.lvm === null) scopes.put(scope, 'partial', scopes.reasonOf('thin-devices'));
  const active = thin.devices.filter(({ poolDmName }) => poolDmName === pool.dmName);
  const inactive = (thin.lvm?.volumes ?? []).filter((one) => one.pool === pool.name && !one.isActive);
  const known = new Set(active.map(({ name }) => name));
  return [
    ...groupsByName(active).map((group) => deviceItem(group, { pool, thin, names })),
    ...inactive
      .filter(({ name }) => !known.has(name))
      .map(({ name, origin, sizeBytes }) =>
        makeItem({
          key: keyOf('thin-device', name),
          kind: 'thin-device',
          name,
          scope,
          storeKey,
          parentKey: keyOf('store', storeKey),
          holds: exactly(null),
          state: 'inactive',
          attributes: { origin, virtualBytes: sizeBytes, maker: 'lvm' },
        }),
      ),
  ];
}

/** The segments of one device together. */
function groupsByName(devices: readonly ThinDevice[]): [ThinDevice, ...ThinDevice[]][] {
  const groups = new Map<string, [ThinDevice, ...ThinDevice[]]>();
  for (const device of devices) {
    const group = groups.get(device.name);
    if (group === undefined) groups.set(device.name, [device]);
    else group.push(device);
  }
  return [...groups.values()];
}

function deviceItem(
  segments: readonly [ThinDevice, ...ThinDevice[]],
  { pool, thin, names }: { pool: ThinPoolItem | null; thin: ThinInventory; names: DockerNames },
): Item {
  const [first] = segments;
  const { name, docker, state, maker, suspended, deviceId, device } = first;
  const storeKey = pool === null ? null : `thin-pool:${pool.name}`;
  const mapped = sumOf(segments.map(({ mappedBytes }) => mappedBytes));
  const container = docker === null || docker.isInit ? undefined : names.containers.get(docker.layerId);
  const volume = thin.lvm?.volumes.find((one) => one.name === name);
  return makeItem({
    key: keyOf('thin-device', name),
    kind: 'thin-device',
    name,
    scope: storeKey === null ? 'thin-devices' : scopeName('thin-devices', 'list', storeKey),
    storeKey,
    parentKey: storeKey === null ? null : keyOf('store', storeKey),
    ownerKey: container === undefined ? null : keyOf('container', container),
    sizeBytes: mapped,
    holds: isTold(first, names) ? null : heldBy(segments, mapped, thin.lvm),
    state: suspended === true ? 'suspended' : state,
    attributes: {
      ...{ maker, deviceId, device },
      virtualBytes: sumOf(segments.map(({ virtualBytes }) => virtualBytes)),
      origin: volume?.origin ?? null,
      externalOrigin: first.externalOrigin,
      layerId: docker?.layerId ?? null,
    },
  });
}

/** Its container, image or orphan counts for it. */
function isTold({ docker }: ThinDevice, { containers, others }: DockerNames): boolean {
  if (docker === null) return false;
  const { layerId, isInit } = docker;
  return containers.has(layerId) || others.has(isInit ? `${layerId}-init` : layerId);
}

/** Exact where LVM says that nothing can share its blocks; a snapshot whose origin was removed may share unseen. */
function heldBy(segments: readonly ThinDevice[], mapped: number | null, lvm: LvmView | null): Holding {
  const [first] = segments;
  const volume = lvm?.volumes.find(({ name }) => name === first?.name);
  if (volume === undefined || volume.origin !== null || mapped === null) return upTo(mapped);
  if (segments.some(({ externalOrigin, docker }) => externalOrigin !== null || docker !== null)) return upTo(mapped);
  return lvm?.volumes.some(({ origin }) => origin !== null && originName(origin, volume.pool) === volume.name)
    ? upTo(mapped)
    : exactly(mapped);
}

/** LVM names an origin with or without its group. */
const originName = (origin: string, pool: string): string =>
  origin.includes('/') ? origin : `${pool.split('/')[0]}/${origin}`;

function sumOf(sizes: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const bytes of sizes) {
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}
