import type { LvmThinVolume, LvmView, Store, ThinDevice, ThinInventory, ThinPoolItem } from '@silt/domain';
import { DAY_MILLISECONDS } from '../calendar.ts';
import { floorTo, GIB, KIB, MIB } from '../stores/store-model.ts';
import { bytesOf } from './docker.ts';
import { layerBytes } from './fill-worlds.ts';
import type { Moment } from './moment.ts';
import { partitionBytesOf } from './partition-bytes.ts';
import { runsBetween } from './runs.ts';
import { BASE_BYTES, thinDeviceIdOf } from './thin-record.ts';
import type { Container, World } from './world-builder.ts';

const BLOCK_BYTES = 64 * KIB;
const POOL_MINOR = 4;
const DOCKER_FIRST_MINOR = 16;
const LVM_DEVICE_ID = 1;
const NIGHTLY_SNAPSHOTS = 7;
const NIGHTLY_HOUR = 1;
const WORK_SNAPSHOTS_A_DAY = 5;
const EXTENT_BYTES = 4 * MIB;
const GROUP_SPARE_BYTES = 32 * GIB;
const AUTOEXTEND = { thresholdPercent: 80, growPercent: 20 };

/** A pool and the volume of LVM that holds a file system of the host. */
interface PoolOfHost {
  store: Store;
  item: ThinPoolItem;
  volumes: Store[];
}

/** Pools of LVM, the volumes in them, and where Docker is in one of them its containers' devices. */
export function thinOf(moment: Moment, worlds: readonly World[], rootDevice: string | null): ThinInventory {
  const pools = moment.layout.stores.filter(({ kind }) => kind === 'thin-pool').map((store) => poolOf(moment, store));
  const [first] = pools;
  if (first === undefined) return { pools: [], devices: [], lvm: null };
  const docker = worlds.filter(({ daemon }) => daemon.storageDriver === 'devicemapper');
  const running = docker.flatMap(({ containers }) => containers.filter(({ state }) => state === 'running'));
  const layers = running.map((container) => dockerDevice(moment, first, container, rootDevice));
  return {
    pools: pools.map(({ item }) => item),
    devices: [
      ...pools.flatMap((pool) => {
        const left = moment.explainedBytes(pool.store.key) - (pool === first ? layerBytes(docker) : 0);
        return pool.volumes.map((store, place) => volumeDevice(moment, pool, { store, place, left }));
      }),
      ...layers,
    ],
    lvm: lvmOf(moment, pools),
  };
}

const dmNameOf = ({ device }: Store): string => (device ?? '').replace('/dev/mapper/', '');

/** Devices of the group that a pool is in: `vg--scratch-`. */
const groupPrefixOf = (store: Store): string => `${(store.name.split('/')[0] ?? '').replaceAll('-', '--')}-`;

function poolOf(moment: Moment, store: Store): PoolOfHost {
  const prefix = groupPrefixOf(store);
  const item: ThinPoolItem = {
    ...{ name: store.name, dmName: dmNameOf(store), uuid: store.uuid ?? '', maker: 'lvm', device: `253:${POOL_MINOR}` },
    dataCapacityBytes: moment.reading(store.key, 'poolDataCapacityBytes'),
    lowWaterBlocks: store.thinPool?.lowWaterBlocks ?? null,
    autoextendThresholdPercent: AUTOEXTEND.thresholdPercent,
  };
  const volumes = moment.layout.stores.filter((one) => one.kind === 'filesystem' && dmNameOf(one).startsWith(prefix));
  return { store, item, volumes };
}

function lvmNameOf(pool: Store, volume: Store): string {
  const [group = ''] = pool.name.split('/');
  return `${group}/${dmNameOf(volume).slice(groupPrefixOf(pool).length).replaceAll('--', '-')}`;
}

/** `left`: what layers in the pool leave. A file system that does not trim maps all that it ever wrote. */
function volumeDevice(
  moment: Moment,
  { store, item, volumes }: PoolOfHost,
  { store: volume, place, left }: { store: Store; place: number; left: number },
): ThinDevice {
  const virtualBytes = partitionBytesOf(moment, volume);
  const mappedBytes = Math.min(virtualBytes, Math.max(0, floorTo(left / volumes.length, BLOCK_BYTES)));
  return {
    ...{
      name: lvmNameOf(store, volume),
      dmName: dmNameOf(volume),
      uuid: lvmUuidOf(moment, store, volume),
      maker: 'lvm',
    },
    ...{ device: `253:${POOL_MINOR + 1 + place}`, poolDmName: item.dmName, deviceId: LVM_DEVICE_ID + place },
    ...{ externalOrigin: null, startBytes: 0, virtualBytes, mappedBytes },
    ...{ state: 'ok', suspended: false, docker: null },
  };
}

/** LVM's id of the group, which the pool's begins with too, and one of the volume. */
function lvmUuidOf(moment: Moment, pool: Store, volume: Store): string {
  return `${(pool.uuid ?? '').slice(0, 'LVM-'.length + 32)}${moment.hex(`lvm ${volume.key}`, 32)}`;
}

function dockerDevice(
  moment: Moment,
  { item }: PoolOfHost,
  container: Container,
  rootDevice: string | null,
): ThinDevice {
  const { mountId, image, lane, writableBytes } = container;
  const rootInode = String(moment.whole('inode devicemapper', 131_073, 9e6));
  const root = rootDevice ?? '0:0';
  const dmName = `docker-${root}-${rootInode}-${mountId}`;
  return {
    ...{ name: dmName, dmName, uuid: '', maker: 'docker', device: `253:${DOCKER_FIRST_MINOR + lane}` },
    ...{ poolDmName: item.dmName, deviceId: thinDeviceIdOf(moment, container), externalOrigin: null, startBytes: 0 },
    virtualBytes: BASE_BYTES,
    mappedBytes: floorTo(Math.min(BASE_BYTES, bytesOf(image) + writableBytes), BLOCK_BYTES),
    ...{ state: 'ok', suspended: false },
    docker: { layerId: mountId, isInit: false, rootDevice: root, rootInode },
  };
}

function lvmOf(moment: Moment, pools: readonly PoolOfHost[]): LvmView {
  const sizeOf = ({ store }: PoolOfHost, of: 'poolDataCapacityBytes' | 'poolMetadataCapacityBytes') =>
    moment.reading(store.key, of);
  return {
    groups: pools.map((pool) => {
      // The spare copy of the metadata takes room too.
      const taken = sizeOf(pool, 'poolDataCapacityBytes') + 2 * sizeOf(pool, 'poolMetadataCapacityBytes');
      const sizeBytes = floorTo(taken + GROUP_SPARE_BYTES, EXTENT_BYTES);
      const name = pool.store.name.split('/')[0] ?? '';
      return { name, sizeBytes, freeBytes: floorTo(sizeBytes - taken, EXTENT_BYTES), extentBytes: EXTENT_BYTES };
    }),
    pools: pools.map((pool) => ({
      ...{ name: pool.store.name, sizeBytes: sizeOf(pool, 'poolDataCapacityBytes'), whenFull: 'queue', profile: null },
      metadataBytes: sizeOf(pool, 'poolMetadataCapacityBytes'),
    })),
    volumes: pools.flatMap((pool) => pool.volumes.flatMap((volume) => lvmVolumesOf(moment, pool, volume))),
    autoextend: AUTOEXTEND,
  };
}

/** The volume, then its snapshots: LVM makes them inactive. */
function lvmVolumesOf(moment: Moment, { store }: PoolOfHost, volume: Store): LvmThinVolume[] {
  const origin = lvmNameOf(store, volume);
  const sizeBytes = partitionBytesOf(moment, volume);
  const snapshot = (suffix: string): LvmThinVolume => {
    return { name: `${origin}-${suffix}`, pool: store.name, sizeBytes, origin, isActive: false };
  };
  return [
    { name: origin, pool: store.name, sizeBytes, origin: null, isActive: true },
    ...nightly(moment).map(snapshot),
    ...byDay(moment, store).map(snapshot),
  ];
}

function nightly({ at }: Moment): string[] {
  const last = Math.floor((at - NIGHTLY_HOUR * 3_600_000) / DAY_MILLISECONDS);
  return Array.from(
    { length: NIGHTLY_SNAPSHOTS },
    (_, place) => `nightly-${dateOf((last - place) * DAY_MILLISECONDS)}`,
  );
}

function byDay(moment: Moment, store: Store): string[] {
  const { snapshotsSince } = moment.story;
  if (snapshotsSince === undefined) return [];
  const from = Math.max(moment.atStep(snapshotsSince), moment.cleanedUpAt(store.key));
  const runs = runsBetween(moment, 'thin snapshot', WORK_SNAPSHOTS_A_DAY, { from, to: moment.at });
  return runs.map(({ beginsAt, number }) => `check-${dateOf(beginsAt)}-${number + 1}`);
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
