import type { Layout } from '@silt/domain';
import { STEP_MILLISECONDS } from '../calendar.ts';
import type { Story } from '../inventory/story.ts';
import {
  jump,
  levellingOff,
  linear,
  nightlyPrune,
  type Process,
  reaching,
  steady,
  sum,
  wander,
  workdayRuns,
  workingHours,
} from '../processes.ts';
import { BtrfsModel, type BtrfsOptions } from '../stores/btrfs-model.ts';
import { FileSystemModel } from '../stores/file-system-model.ts';
import { LoopModel } from '../stores/loop-model.ts';
import { GIB } from '../stores/store-model.ts';
import { ThinPoolModel } from '../stores/thin-pool-model.ts';
import { efiFileSystem, rootFileSystem } from './common-stores.ts';
import { btrfsStore, dockerDaemon, mountedStore, thinPoolStore } from './facts.ts';
import type { Role, RoleBuilder, RoleContext } from './role.ts';

const DOCKER = '/var/lib/docker';
const SIZES_GIB = [400, 600, 800] as const;
const OS = {
  tag: 'ci',
  story: { workload: 'ci' } as Story,
  kernelRelease: '6.1.0-31-amd64',
  distribution: 'Debian GNU/Linux 12 (bookworm)',
};
const OLD_OS = {
  tag: 'ci',
  story: { workload: 'ci' } as Story,
  kernelRelease: '4.15.0-213-generic',
  distribution: 'Ubuntu 18.04.6 LTS',
};

interface DockerOnBtrfs extends Omit<BtrfsOptions, 'store' | 'dataCopies' | 'metadataCopies' | 'device'> {
  deviceGib: number;
  device?: Process;
}

function dockerOnBtrfs(context: RoleContext, { deviceGib, device, ...behaviour }: DockerOnBtrfs): BtrfsModel {
  const deviceBytes = deviceGib * GIB;
  const store = btrfsStore({
    uuid: context.random.uuid(),
    mountPoint: DOCKER,
    label: 'docker',
    profiles: { data: 'single', metadata: 'dup' },
    devices: ['/dev/nvme0n1p3'],
    deviceBytes,
  });
  return new BtrfsModel({
    ...{ store, dataCopies: 1, metadataCopies: 2, device: device ?? steady(deviceBytes) },
    ...behaviour,
  });
}

/** Builds fill it by day, a prune empties it at night. */
function builds(context: RoleContext, { base, prune }: { base: number; prune: number }): Process {
  return sum(
    steady(base),
    nightlyPrune({ perDay: prune, hour: context.random.whole(0, 4), key: context.key('prune') }),
    workingHours({ amount: prune * 0.25, key: context.key('jobs') }),
    wander({ amount: prune * 0.08, hours: 3, key: context.key('builds') }),
  );
}

const daemonOn = (model: BtrfsModel, version?: { version: string; apiVersion: string }) =>
  dockerDaemon({ storageDriver: 'btrfs', dataRoot: DOCKER, storeKey: model.store.key, ...version });

export interface RunnerOptions {
  /** What nested builds leave, under the sawtooth of the others. */
  leakGibADay?: number;
  silentDays?: number | null;
}

const LEAK_SINCE_DAYS = 60;

/** Nothing is wrong unless it is said. */
export const ciRunner =
  ({ leakGibADay = 0, silentDays = null as number | null }: RunnerOptions = {}): RoleBuilder =>
  (context) => {
    const deviceGib = SIZES_GIB[context.random.whole(0, 2)] ?? SIZES_GIB[0];
    const base = deviceGib * GIB * context.random.between(0.4, 0.68);
    const docker = dockerOnBtrfs(context, {
      deviceGib,
      data: builds(context, { base, prune: deviceGib * GIB * context.random.between(0.04, 0.09) }),
      dataLeak: linear({ from: context.daysAgo(LEAK_SINCE_DAYS), perDay: leakGibADay * GIB }),
      holes: levellingOff({ from: context.originStep, amount: deviceGib * GIB * 0.05, days: 12 }),
      metadata: sum(
        steady(base * context.random.between(0.012, 0.02)),
        workingHours({ amount: base * 0.001, key: context.key('metadata') }),
      ),
      metadataLeak: linear({ from: context.daysAgo(LEAK_SINCE_DAYS), perDay: leakGibADay * GIB * 0.015 }),
    });
    // One a workday, and seven days have five of them.
    const mibADay = leakGibADay * 1_024 * (7 / 5);
    const leftovers = {
      ...{ since: context.daysAgo(LEAK_SINCE_DAYS), runsADay: 1 },
      mib: [Math.round(mibADay * 0.8), Math.round(mibADay * 1.2)] as const,
    };
    return {
      ...OS,
      ...(leakGibADay === 0 ? {} : { story: { ...OS.story, quota: true, leftovers } }),
      models: [rootFileSystem(context, { gib: 94, share: context.random.between(0.25, 0.5) }), efiFileSystem(), docker],
      daemons: [daemonOn(docker)],
      ...(silentDays === null ? {} : { silentDays }),
    };
  };

const CHURN_SINCE_DAYS = 60;
const CHURN_DAYS = 49;
const BALANCED_DAYS_AGO = 5.5;

/** Deletes left holes until no chunk was unallocated; what left them has ended, and somebody has run a balance. */
export const balancedRunner: RoleBuilder = (context) => {
  const deviceGib = 400;
  const base = deviceGib * GIB * 0.5;
  const docker = dockerOnBtrfs(context, {
    deviceGib,
    data: builds(context, { base, prune: deviceGib * GIB * 0.04 }),
    holes: jump({ at: context.daysAgo(CHURN_SINCE_DAYS), amount: deviceGib * GIB * 0.5, hours: CHURN_DAYS * 24 }),
    balancedAtStep: context.daysAgo(BALANCED_DAYS_AGO),
    metadata: sum(steady(base * 0.016), workingHours({ amount: base * 0.0005, key: context.key('metadata') })),
  });
  return {
    ...OS,
    models: [rootFileSystem(context, { gib: 94, share: 0.33 }), efiFileSystem(), docker],
    daemons: [daemonOn(docker)],
  };
};

const OLD_DEVICE_GIB = 760;
const NEW_DEVICE_GIB = 800;
const RESIZED_DAYS_AGO = 20;
const LEFTOVERS_SINCE_DAYS = 17;
const LEFTOVERS_GIB = 44.9;
/** So that those of the 17 days are about as much. */
const LEFTOVER_MIB = [560, 960] as const;
const OUTAGE_MILLISECONDS = 19 * 3_600_000;

/**
 * Incident 1: each nested build leaves subvolumes in a volume that cannot be removed. df stays calm; data chunks and
 * metadata take the unallocated space, and the metadata's headroom ends at about the anchor.
 */
export const dockerInDockerLeftovers: RoleBuilder = (context) => {
  const runs = workdayRuns({ from: context.daysAgo(LEFTOVERS_SINCE_DAYS), perRun: 1, runsADay: 17 });
  const leftAtAnchor = (gib: number): Process => reaching(runs, context.anchorStep, gib * GIB);
  const resizedAt = context.daysAgo(RESIZED_DAYS_AGO);
  const docker = dockerOnBtrfs(context, {
    deviceGib: OLD_DEVICE_GIB,
    device: context.changeAt(resizedAt, OLD_DEVICE_GIB * GIB, NEW_DEVICE_GIB * GIB),
    data: builds(context, { base: 530 * GIB, prune: 8 * GIB }),
    dataLeak: leftAtAnchor(LEFTOVERS_GIB),
    holes: sum(steady(104 * GIB), leftAtAnchor(52.9)),
    metadata: sum(steady(24.6 * GIB), workingHours({ amount: 0.05 * GIB, key: context.key('metadata') })),
    metadataLeak: leftAtAnchor(4.45),
  });
  const root = rootFileSystem(context, { gib: 94, share: 0.3 });
  const legacy = legacyCi(context, root);
  const at = (resizedAt - 1) * STEP_MILLISECONDS;
  const cutOffAt = context.daysAgo(8.4) * STEP_MILLISECONDS;
  return {
    ...OLD_OS,
    story: {
      ...{ ...OLD_OS.story, quota: true },
      leftovers: { since: context.daysAgo(LEFTOVERS_SINCE_DAYS), runsADay: 5, mib: LEFTOVER_MIB },
    },
    models: [legacy, root, efiFileSystem(), docker, scratchPool(context), workOnScratch(context)],
    daemons: [daemonOn(docker, { version: '20.10.24', apiVersion: '1.41' })],
    changes: [{ at, change: (layout) => withDeviceSize(layout, docker.store.key, NEW_DEVICE_GIB * GIB) }],
    outages: [{ from: cutOffAt, to: cutOffAt + OUTAGE_MILLISECONDS }],
  };
};

function withDeviceSize(layout: Layout, storeKey: string, sizeBytes: number): Layout {
  const stores = layout.stores.map((store) =>
    store.key !== storeKey || store.btrfs === null
      ? store
      : { ...store, btrfs: { ...store.btrfs, devices: store.btrfs.devices.map((one) => ({ ...one, sizeBytes })) } },
  );
  return { ...layout, stores };
}

/** What was moved to a loop file once: sparse, and quiet since. */
function legacyCi(context: RoleContext, root: FileSystemModel): LoopModel {
  const backingFile = '/srv/legacy-ci.img';
  const loop = { device: 'loop0', backingFile, deleted: false, outerStoreKey: root.store.key };
  const inner = new FileSystemModel({
    store: mountedStore('/srv/docker-legacy', 'xfs', '/dev/loop0', loop),
    capacity: steady(59.6 * GIB),
    used: sum(steady(31 * GIB), wander({ amount: 3 * GIB, hours: 30, key: context.key('legacy') })),
    inodes: { capacity: 'as-space-allows', used: steady(412_000) },
  });
  return new LoopModel(inner, root, 60 * GIB);
}

function scratchPool(context: RoleContext): ThinPoolModel {
  const dataBytes = 400 * GIB;
  return new ThinPoolModel({
    store: thinPoolStore({ group: 'vg-scratch', pool: 'scratch', ids: context.random.hex(64), dataBytes }),
    dataBytes,
    metadataBytes: 4 * GIB,
    data: sum(steady(190 * GIB), nightlyPrune({ perDay: 40 * GIB, hour: 3, key: context.key('scratch') })),
    metadata: sum(steady(1.05 * GIB), wander({ amount: 0.02 * GIB, hours: 9, key: context.key('scratch metadata') })),
  });
}

function workOnScratch(context: RoleContext): FileSystemModel {
  return new FileSystemModel({
    store: mountedStore('/mnt/work', 'xfs', '/dev/mapper/vg--scratch-ci--work'),
    capacity: steady(299 * GIB),
    used: sum(steady(100 * GIB), nightlyPrune({ perDay: 40 * GIB, hour: 3, key: context.key('scratch') })),
    inodes: { capacity: 'as-space-allows', used: steady(1_900_000) },
  });
}

const KEPT_SINCE_DAYS = 75;
/** Of killed imports and of containers removed by halves. */
const ORPHANED_GIB = 41.7;

/**
 * Incident 5: images and containers stay, and chunk after chunk goes to data that is half empty. Prunes keep what is used
 * where it is, while subvolumes that no record names take ever more of it; without quota nobody knows how much.
 */
export const gradualExhaustion: RoleBuilder = (context): Role => {
  const runs = workdayRuns({ from: context.daysAgo(KEPT_SINCE_DAYS), perRun: 1, runsADay: 9 });
  const orphaned = reaching(runs, context.anchorStep, ORPHANED_GIB * GIB);
  const docker = dockerOnBtrfs(context, {
    deviceGib: 600,
    data: sum(builds(context, { base: (384 - ORPHANED_GIB) * GIB, prune: 9 * GIB }), orphaned),
    holes: sum(steady((20 + ORPHANED_GIB) * GIB), reaching(runs, context.anchorStep, (159.3 - ORPHANED_GIB) * GIB)),
    metadata: sum(steady(11.9 * GIB), workingHours({ amount: 0.06 * GIB, key: context.key('metadata') })),
  });
  return {
    ...OS,
    story: {
      ...{ ...OS.story, keptSince: context.daysAgo(KEPT_SINCE_DAYS), orphansSince: context.daysAgo(KEPT_SINCE_DAYS) },
      hidden: { storeKey: docker.store.key, bytes: orphaned },
    },
    models: [rootFileSystem(context, { gib: 94, share: 0.36 }), efiFileSystem(), docker],
    daemons: [daemonOn(docker)],
  };
};
