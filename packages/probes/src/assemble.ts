import {
  type Daemon,
  type Layout,
  type LoopBacking,
  type Reading,
  SERIES_NAMES,
  type SeriesName,
  type Store,
  type StoreSum,
} from '@silt/domain';
import type { BtrfsReading } from './btrfs/parse.ts';
import type { CollectMemory, KnownDaemon } from './collect.ts';
import type { Mount } from './filesystems/parse.ts';
import type { MeasuredFileSystem } from './filesystems/read.ts';
import { compareText, mountOfPath } from './filesystems/select.ts';
import { loopDeviceOf } from './loop/parse.ts';
import type { LoopFile } from './loop/read.ts';
import type { Problem } from './problem.ts';
import { type GroupRooms, groupFreeBytes } from './thin-pool/group-rooms.ts';
import type { ThinPoolReading } from './thin-pool/read.ts';

/** Bounds of a layout, within those of the wire. What is beyond them is left out and told. */
const MAX_STORES = 1_000;
const MAX_READINGS = 4_096;
const MAX_MOUNT_POINTS = 256;
const MAX_OPTIONS = 128;
const MAX_DAEMONS = 64;

/** What the probes brought; empty where one brought nothing. */
export interface Facts {
  systems: readonly MeasuredFileSystem[];
  visible: readonly Mount[];
  btrfs: readonly BtrfsReading[];
  loops: ReadonlyMap<string, LoopFile>;
  thinPools: readonly ThinPoolReading[];
  daemons: readonly KnownDaemon[];
  sums: CollectMemory['sums'];
  groupRooms: GroupRooms;
}

export interface Assembled {
  layout: Layout;
  readings: Reading[];
  problems: { filesystems: Problem[]; btrfs: Problem[]; loop: Problem[]; thinPools: Problem[] };
}

type Series = Partial<Record<SeriesName, Reading>>;

interface Draft {
  key: string;
  system: MeasuredFileSystem;
  mount: Mount;
  btrfs: BtrfsReading | null;
  /** Name of the loop device beneath. */
  loop: string | null;
}

/**
 * Joins what the probes brought into one layout with its readings. Stores and series come in a fixed order, so that two
 * beats of an unchanged host have equal layouts. `withInodes`: stores that were seen to have inodes, added to here, so
 * that a beat at which statfs brought nothing has the layout of the one before.
 */
export function assemble(facts: Facts, withInodes: Set<string>): Assembled {
  const problems: Assembled['problems'] = { filesystems: [], btrfs: [], loop: [], thinPools: [] };
  const drafts = draftStores(facts, problems);
  const keys = new Map(drafts.map(({ system, key }) => [system.device, key]));
  const spaces = new Map(drafts.map(({ system, key }) => [key, system.space]));
  const storeOfPath = (path: string): string | null => keys.get(mountOfPath(path, facts.visible)?.device ?? '') ?? null;

  const layout: Layout = { stores: [], daemons: [], entries: [] };
  const readings: Reading[] = [];
  const put = (store: Store, read: Series): boolean => {
    const series = { ...read, ...sumSeries(facts.sums.get(store.key)) };
    const names = SERIES_NAMES.filter((name) => series[name] !== undefined);
    if (layout.stores.length === MAX_STORES || layout.entries.length + names.length > MAX_READINGS) return false;
    layout.stores.push(store);
    for (const name of names) {
      layout.entries.push({ storeKey: store.key, series: name });
      readings.push(series[name] ?? null);
    }
    return true;
  };
  const beneath = (device: string | null): { loop: LoopBacking | null; series: Series } => {
    const file = device === null ? undefined : facts.loops.get(device);
    if (device === null || file === undefined) return { loop: null, series: {} };
    const loop = backingOf(device, file, storeOfPath);
    return { loop, series: loopSeries(file, loop, spaces, problems.loop) };
  };
  for (const [place, draft] of drafts.entries()) {
    const { loop, series } = beneath(draft.loop);
    if (put(storeOf(draft, loop), { ...spaceSeries(draft, withInodes), ...draft.btrfs?.series, ...series })) continue;
    problems.filesystems.push(tooMany('file systems', drafts.length - place));
    break;
  }
  const pools = uniquePools(facts, problems.thinPools);
  for (const [place, pool] of pools.entries()) {
    const { loop, series } = beneath(pool.dataLoop);
    const free = groupFreeBytes(facts.groupRooms, pool);
    const group: Series = free === undefined ? {} : { poolGroupFreeBytes: free };
    if (put(storeOfPool(pool, loop), { ...pool.series, ...group, ...series })) continue;
    problems.thinPools.push(tooMany('thin pools', pools.length - place));
    break;
  }
  layout.daemons = [...facts.daemons]
    .sort((a, b) => compareText(a.key, b.key))
    .slice(0, MAX_DAEMONS)
    .map(({ dataRootDevice, ...daemon }): Daemon => {
      const byPath = daemon.containerId == null ? storeOfPath(daemon.dataRoot) : null;
      return { ...daemon, storeKey: keys.get(dataRootDevice ?? '') ?? byPath };
    });
  return { layout, readings, problems };
}

const tooMany = (what: string, left: number): Problem => ({
  status: 'failed',
  text: `${left} ${what} are more than a snapshot can hold`,
});

/** In the order of their names; a name is there once. */
function uniquePools({ thinPools }: Facts, problems: Problem[]): ThinPoolReading[] {
  const pools = new Map<string, ThinPoolReading>();
  for (const pool of thinPools) {
    if (pools.has(pool.name)) problems.push({ status: 'failed', text: `${pool.name}: the thin pool is there twice` });
    else pools.set(pool.name, pool);
  }
  return [...pools.values()].sort((a, b) => compareText(a.name, b.name));
}

function storeOfPool({ name, dmName, uuid, facts }: ThinPoolReading, loop: LoopBacking | null): Store {
  return {
    key: `thin-pool:${name}`,
    kind: 'thin-pool',
    name,
    fileSystemType: null,
    device: `/dev/mapper/${dmName}`,
    uuid: uuid === '' ? null : uuid,
    mountPoints: [],
    options: [],
    readOnly: facts.words?.includes('ro') ?? false,
    loop,
    btrfs: null,
    thinPool: facts,
  };
}

/** In the order of their keys; a key is there once. */
function draftStores({ systems, btrfs }: Facts, problems: Assembled['problems']): Draft[] {
  const drafts = new Map<string, Draft>();
  for (const system of systems) {
    const [mount] = system.mounts;
    if (mount === undefined) continue;
    const reading = system.type === 'btrfs' ? findBtrfs(system, btrfs) : null;
    if (system.type === 'btrfs' && reading === null) {
      problems.btrfs.push({
        status: 'unavailable',
        text: `${mount.mountPoint}: sysfs names no btrfs on ${system.source}`,
      });
    }
    const key = reading === null ? `mount:${mount.mountPoint}` : `btrfs:${reading.uuid}`;
    if (drafts.has(key))
      problems.filesystems.push({ status: 'failed', text: `${mount.mountPoint}: ${key} is there twice` });
    else drafts.set(key, { key, system, mount, btrfs: reading, loop: loopOf(system, reading) });
  }
  return [...drafts.values()].sort((a, b) => compareText(a.key, b.key));
}

function findBtrfs(system: MeasuredFileSystem, readings: readonly BtrfsReading[]): BtrfsReading | null {
  return readings.find(({ devicePaths }) => system.devicePaths.some((path) => devicePaths.includes(path))) ?? null;
}

/** A btrfs on several devices has no single file beneath it. */
function loopOf(system: MeasuredFileSystem, btrfs: BtrfsReading | null): string | null {
  if (btrfs !== null && btrfs.facts.devices.length > 1) return null;
  return system.devicePaths.map(loopDeviceOf).find((device) => device !== null) ?? null;
}

function backingOf(device: string, file: LoopFile, storeOfPath: (path: string) => string | null): LoopBacking {
  const outerStoreKey = file.deleted ? null : storeOfPath(file.path);
  return { device, backingFile: file.path, deleted: file.deleted, outerStoreKey };
}

function storeOf({ key, system, mount, btrfs }: Draft, loop: LoopBacking | null): Store {
  const others = system.mounts.slice(1).map(({ mountPoint }) => mountPoint);
  return {
    key,
    kind: btrfs === null && system.type !== 'btrfs' ? 'filesystem' : 'btrfs',
    name: mount.mountPoint,
    fileSystemType: system.type,
    device: system.source === '' ? null : system.source,
    uuid: btrfs?.uuid ?? null,
    mountPoints: [mount.mountPoint, ...others.sort(compareText)].slice(0, MAX_MOUNT_POINTS),
    options: [...new Set([...mount.mountOptions, ...mount.superOptions])].sort(compareText).slice(0, MAX_OPTIONS),
    readOnly:
      mount.superOptions.includes('ro') || system.mounts.every(({ mountOptions }) => mountOptions.includes('ro')),
    loop,
    btrfs: btrfs?.facts ?? null,
    thinPool: null,
  };
}

function spaceSeries({ key, system: { space } }: Draft, withInodes: Set<string>): Series {
  if (space?.inodes) withInodes.add(key);
  else if (space !== null) withInodes.delete(key);
  return {
    usedBytes: space?.usedBytes ?? null,
    capacityBytes: space?.capacityBytes ?? null,
    ...(withInodes.has(key)
      ? { usedInodes: space?.inodes?.used ?? null, capacityInodes: space?.inodes?.capacity ?? null }
      : {}),
  };
}

/** The items of a store are read on the slow beat; its numbers stand until the next one. */
function sumSeries(sum: StoreSum | null | undefined): Series {
  if (sum === undefined) return {};
  return {
    itemsBytes: sum?.itemsBytes ?? null,
    itemsMostBytes: sum?.itemsMostBytes ?? null,
    unattributedBytes: sum?.unattributedBytes ?? null,
  };
}

function loopSeries(
  file: LoopFile,
  loop: LoopBacking,
  spaces: ReadonlyMap<string, MeasuredFileSystem['space']>,
  problems: Problem[],
): Series {
  if ('text' in file.size) {
    problems.push(file.size);
    return { backingAllocatedBytes: null, backingCapacityBytes: null };
  }
  const { apparentBytes, allocatedBytes } = file.size;
  const outer = loop.outerStoreKey === null ? null : (spaces.get(loop.outerStoreKey) ?? null);
  if (outer === null) {
    problems.push({ status: 'unavailable', text: `${file.path}: the file system that holds it was not read` });
    return { backingAllocatedBytes: allocatedBytes, backingCapacityBytes: null };
  }
  const available = outer.capacityBytes - outer.usedBytes;
  return {
    backingAllocatedBytes: allocatedBytes,
    backingCapacityBytes: Math.min(apparentBytes, allocatedBytes + available),
  };
}
