import {
  type DataRoot,
  LAYER_ENTRY_CLASSES,
  type Layer,
  type LayerEntry,
  type LayerEntryClass,
  type VolumeLeftover,
  type WritableLayer,
  type ZombieMount,
} from '@silt/domain';
import type { ImageLayer } from './images.ts';
import { iso, type Moment } from './moment.ts';
import { thinRecordOf } from './thin-record.ts';
import type { World } from './world-builder.ts';

const BASE_DEVICE_LANE = 899;

/** A data root on disk, as all the daemons that keep their data in it have left it. */
export function dataRootOf(moment: Moment, worlds: readonly [World, ...World[]]): DataRoot {
  const [{ daemon }] = worlds;
  const layers = new Map(worlds.flatMap(({ images }) => images.layers.map((one) => [one.chainId, one] as const)));
  const entries = entriesOf(moment, worlds, [...layers.values()]).sort(by(({ name }) => name));
  const counts = Object.fromEntries(LAYER_ENTRY_CLASSES.map((name) => [name, 0])) as Record<LayerEntryClass, number>;
  for (const entry of entries) counts[entry.class] += 1;
  return {
    daemonKeys: worlds.map((one) => one.daemon.key),
    path: daemon.dataRoot,
    layers: {
      driver: daemon.storageDriver,
      layers: [...layers.values()].map(layerOf).sort(by(({ chainId }) => chainId)),
      mounts: worlds.flatMap(writableLayersOf).sort(by(({ containerId }) => containerId)),
      ...{ writeSets: [], hasAllRecords: true, entries, entryCounts: counts, dangling: [] },
      zombies: worlds.flatMap(zombiesOf).sort(by(({ containerId }) => containerId)),
      leftovers: worlds.flatMap(leftoversOf).sort(by(({ volume }) => volume)),
    },
  };
}

const by =
  <One>(textOf: (one: One) => string) =>
  (a: One, b: One): number =>
    textOf(a) < textOf(b) ? -1 : 1;

function layerOf({ chainId, cacheId, diffId, parent, sizeBytes }: ImageLayer): Layer {
  return { chainId, cacheId, diffId, parentChainId: parent?.chainId ?? 'none', sizeBytes, isBeingRemoved: false };
}

export const initIdOf = (mountId: string): string => `${mountId}-init`;

function writableLayersOf(world: World): WritableLayer[] {
  const own = world.containers.map(({ id, mountId, image, createdAt }): WritableLayer => {
    const parentChainId = image.top.chainId;
    return { containerId: id, mountId, initId: initIdOf(mountId), parentChainId, recordedAt: iso(createdAt) };
  });
  return [...own, ...zombiesOf(world).map(({ holds: _holds, ...record }) => record)];
}

function zombiesOf({ remnants }: World): ZombieMount[] {
  return remnants
    .filter(({ kind }) => kind === 'zombie')
    .map(({ containerId, name, parent, at }) => {
      const initId = initIdOf(name);
      const record = { containerId, mountId: name, initId, parentChainId: parent.top.chainId, recordedAt: iso(at) };
      return { ...record, holds: [name, initId] };
    });
}

interface Found {
  name: string;
  class: LayerEntryClass;
  ownerId: string | null;
  createdAt: number;
  lane: number;
}

function entriesOf(moment: Moment, worlds: readonly World[], layers: readonly ImageLayer[]): LayerEntry[] {
  const driver = worlds[0]?.daemon.storageDriver;
  const found = layers.map(({ cacheId, chainId, at, lane }): Found => {
    return { name: cacheId, class: 'layer', ownerId: chainId, createdAt: at, lane };
  });
  if (driver === 'devicemapper') {
    const createdAt = moment.installedAt('base device');
    found.push({ name: 'base', class: 'base', ownerId: null, createdAt, lane: BASE_DEVICE_LANE });
  }
  for (const { containers, remnants, cacheRecords } of worlds) {
    for (const { id, mountId, createdAt, lane } of containers) found.push(...pair(mountId, id, createdAt, lane));
    for (const { kind, name, containerId, at, lane } of remnants) {
      if (kind === 'zombie') found.push(...pair(name, containerId, at, lane));
      else found.push({ name, class: 'candidate-orphan', ownerId: null, createdAt: at, lane });
    }
    for (const { id, at, place } of cacheRecords) {
      found.push({ name: id, class: 'buildkit', ownerId: null, createdAt: at, lane: place });
    }
  }
  return found.map((one) => ({
    ...{ name: one.name, class: one.class, ownerId: one.ownerId, modifiedAt: iso(one.createdAt) },
    isSubvolume: driver === 'btrfs' ? true : null,
    overlay: driver === 'overlay2' ? { hasLink: true, hasDiff: true } : null,
    device: driver === 'devicemapper' ? thinRecordOf(moment, one) : null,
  }));
}

/** A writable layer and the one below it, which is made a moment before. */
function pair(name: string, ownerId: string, createdAt: number, lane: number): [Found, Found] {
  return [
    { name, class: 'container', ownerId, createdAt, lane },
    { name: initIdOf(name), class: 'init', ownerId, createdAt, lane: lane + 1 },
  ];
}

function leftoversOf({ volumes, containers, daemon }: World): VolumeLeftover[] {
  const used = new Set(containers.flatMap((one) => one.volumes.map(({ volume }) => volume.name)));
  const isBtrfs = daemon.storageDriver === 'btrfs';
  return volumes.flatMap(({ name, isAnonymous, nested }) => {
    if (nested === null) return [];
    const paths = nested.names.map((one) => (isBtrfs ? `btrfs/subvolumes/${one}` : `overlay2/${one}`));
    return {
      ...{
        volume: name,
        isAnonymous,
        driverFolders: [isBtrfs ? 'btrfs' : 'overlay2'],
        entryCount: paths.length,
        paths,
      },
      companions: nested.isHalfRemoved ? [] : ['containers', 'image'],
      nestedSubvolumes: isBtrfs ? paths : [],
      isInUse: used.has(name),
    };
  });
}
