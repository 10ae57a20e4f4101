import {
  type BtrfsInventory,
  type Daemon,
  DockerSizes,
  type ProbeReport,
  type Snapshot,
  type StoreSum,
} from '@silt/domain';
import { assemble } from './assemble.ts';
import { readBtrfs } from './btrfs/read.ts';
import { withPaths } from './btrfs/with-paths.ts';
import type { CommandCall } from './command.ts';
import { measureFileSystems, readMounts, type StatfsCall, statfsOfNode } from './filesystems/read.ts';
import { HangGuard } from './hang-guard.ts';
import { readHostClock } from './host/read.ts';
import { type InventoryMemory, newInventoryMemory } from './inventory-memory.ts';
import { readLoops } from './loop/read.ts';
import type { Roots } from './roots.ts';
import { reportOf, runProbe } from './run-probe.ts';
import { type DmsetupCall, dmsetupOfHost } from './thin-pool/dmsetup.ts';
import type { GroupRooms } from './thin-pool/group-rooms.ts';
import type { PoolTable } from './thin-pool/parse.ts';
import { readThinPools } from './thin-pool/read.ts';

/** Beyond the deadline of each call in a probe, so that one hanging call costs its own reading alone. */
const DEADLINE_MILLISECONDS = 5_000;

/** A daemon of the last slow beat; which store holds its data root is looked up at each fast one. */
export interface KnownDaemon extends Omit<Daemon, 'storeKey'> {
  /** `major:minor` of the mount that the data root lies on, as the daemon sees it; null = not read. */
  dataRootDevice: string | null;
}

/** What is kept from beat to beat. */
export interface CollectMemory {
  /** What the last slow beat brought of what a snapshot tells too. */
  slow: { daemons: KnownDaemon[]; btrfs: readonly BtrfsInventory[]; reports: ProbeReport[] };
  inventory: InventoryMemory;
  /** Of containers, volumes and build cache, which are asked for less often than the inventory is read. */
  dockerSizes: DockerSizes;
  /**
   * By key of the store, what the items of the last slow beat add up to: a snapshot has series of it for these stores.
   * null = the one before told, and the last one did not.
   */
  sums: ReadonlyMap<string, StoreSum | null>;
  /** What the last slow beat knew of the volume groups of LVM's thin pools. */
  groupRooms: GroupRooms;
  guard: HangGuard;
  /** Keys of the stores that have a fixed number of inodes. */
  withInodes: Set<string>;
  /** Last tables of the thin pools, by the device mapper's name. */
  poolTables: Map<string, PoolTable>;
}

export const newCollectMemory = (): CollectMemory => ({
  slow: { daemons: [], btrfs: [], reports: [] },
  inventory: newInventoryMemory(),
  dockerSizes: new DockerSizes(),
  sums: new Map(),
  groupRooms: new Map(),
  guard: new HangGuard(),
  withInodes: new Set(),
  poolTables: new Map(),
});

export interface CollectOptions {
  roots: Roots;
  /** Sockets of Docker daemons besides the usual ones. */
  dockerSockets: readonly string[];
  /** Whether daemons are asked for sizes, hourly at the most: they walk their layers for that. */
  dockerSizes: boolean;
  /** The same one at each beat. */
  memory: CollectMemory;
  statfs?: StatfsCall;
  dmsetup?: DmsetupCall;
  /** Of the slow beat. */
  command?: CommandCall;
}

/**
 * The fast beat: all that sysfs, statfs and dmsetup tell, each probe on its own deadline. Never throws; what was not read
 * is told in `probes`, beside what the slow beat last said.
 */
export async function collect({
  roots,
  memory,
  statfs = statfsOfNode,
  dmsetup = dmsetupOfHost,
}: CollectOptions): Promise<Snapshot> {
  const { guard, withInodes, poolTables, slow } = memory;
  const mounts = readMounts(roots);
  const [host, filesystems, btrfs, loop, thinPools] = await Promise.all([
    runProbe('host', DEADLINE_MILLISECONDS, readHostClock(roots)),
    runProbe(
      'mountinfo',
      DEADLINE_MILLISECONDS,
      mounts.then((all) => measureFileSystems(all, roots, guard, statfs)),
    ),
    // After mountinfo, so that what is mounted between the two is not a btrfs without its sysfs.
    runProbe(
      '/sys/fs/btrfs',
      DEADLINE_MILLISECONDS,
      mounts.catch(() => null).then(() => readBtrfs(roots)),
    ),
    runProbe(
      '/sys/block',
      DEADLINE_MILLISECONDS,
      readLoops(roots, guard).then((value) => ({ value, problems: [] })),
    ),
    runProbe('/sys/block', DEADLINE_MILLISECONDS, readThinPools(roots, { guard, dmsetup, tables: poolTables })),
  ]);
  const clock = host.value ?? { now: new Date().toISOString(), bootId: 'not-read', uptimeMilliseconds: 0 };
  const { layout, readings, problems } = assemble(
    {
      systems: filesystems.value ?? [],
      visible: filesystems.value === null ? [] : (await mounts).visible,
      btrfs: (btrfs.value ?? []).map((reading) => withPaths(reading, slow.btrfs)),
      loops: loop.value ?? new Map(),
      thinPools: thinPools.value ?? [],
      daemons: slow.daemons,
      sums: memory.sums,
      groupRooms: memory.groupRooms,
    },
    withInodes,
  );
  return {
    takenAt: clock.now,
    bootId: clock.bootId,
    uptimeMilliseconds: clock.uptimeMilliseconds,
    layout,
    readings,
    probes: [
      reportOf('host', host),
      reportOf('filesystems', filesystems, problems.filesystems),
      reportOf('btrfs', btrfs, [...problems.btrfs, ...(btrfs.value ?? []).flatMap((one) => one.problems)]),
      reportOf('loop', loop, problems.loop),
      reportOf('thin-pools', thinPools, problems.thinPools),
      ...slow.reports,
    ],
  };
}
