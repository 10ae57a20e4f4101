import type { Story } from '../inventory/story.ts';
import {
  accelerating,
  jump,
  linear,
  nightlyPrune,
  type Process,
  reaching,
  steady,
  sum,
  wander,
  workdayRuns,
} from '../processes.ts';
import { BtrfsModel } from '../stores/btrfs-model.ts';
import { FileSystemModel } from '../stores/file-system-model.ts';
import { LoopModel } from '../stores/loop-model.ts';
import { NotReadModel } from '../stores/not-read-model.ts';
import { GIB, MIB } from '../stores/store-model.ts';
import { ThinPoolModel, type ThinPoolOptions } from '../stores/thin-pool-model.ts';
import { dataFileSystem, efiFileSystem, ext4Bytes, rootFileSystem } from './common-stores.ts';
import { btrfsStore, dockerDaemon, mountedStore, thinPoolStore } from './facts.ts';
import type { RoleBuilder, RoleContext } from './role.ts';

const DOCKER = '/var/lib/docker';
const DATABASE_OS = {
  tag: 'data',
  kernelRelease: '4.18.0-553.el8_10.x86_64',
  distribution: 'AlmaLinux 8.10 (Cerulean Leopard)',
};
const EDGE = { workload: 'edge' } as const;
const HOME = { workload: 'home' } as const;
const EDGE_OS = {
  tag: 'edge',
  story: EDGE,
  kernelRelease: '6.1.0-31-amd64',
  distribution: 'Debian GNU/Linux 12 (bookworm)',
};
const HOME_OS = {
  tag: 'home',
  story: HOME,
  kernelRelease: '6.12.12-amd64',
  distribution: 'Debian GNU/Linux 13 (trixie)',
};
const PI_OS = {
  tag: 'home',
  story: HOME,
  kernelRelease: '6.6.74+rpt-rpi-v8',
  distribution: 'Debian GNU/Linux 12 (bookworm)',
};

type PoolCourse = Pick<ThinPoolOptions, 'data' | 'dataLeak' | 'metadata' | 'metadataLeak'> & {
  /** Of the database's file system. */
  databaseBytes: number;
  snapshotsSince?: number;
};

const POOL_DATA_BYTES = 800 * GIB;
const POOL_METADATA_BYTES = GIB;
const POOL = 'docker';
/** More than the pool has. */
const DATABASE_GIB = 900;

/** A database on a thin device, Docker with devicemapper in the same pool. */
export const thinPoolHost =
  (course: (context: RoleContext) => PoolCourse): RoleBuilder =>
  (context) => {
    const ids = context.random.hex(64);
    const { databaseBytes, snapshotsSince, ...behaviour } = course(context);
    const pool = new ThinPoolModel({
      store: thinPoolStore({ group: 'vg0', pool: POOL, ids, dataBytes: POOL_DATA_BYTES }),
      ...{ dataBytes: POOL_DATA_BYTES, metadataBytes: POOL_METADATA_BYTES },
      ...behaviour,
    });
    const database = dataFileSystem(context, {
      ...{ mountPoint: '/var/lib/postgresql', type: 'xfs', device: '/dev/mapper/vg0-postgresql', gib: DATABASE_GIB },
      used: sum(steady(databaseBytes), wander({ amount: 9 * GIB, hours: 17, key: context.key('database') })),
    });
    return {
      ...DATABASE_OS,
      story: storyOf(pool.store.key, { snapshotsSince, bytes: behaviour.dataLeak }),
      models: [rootFileSystem(context, { gib: 60, share: 0.38 }), efiFileSystem(), pool, database],
      daemons: [dockerDaemon({ storageDriver: 'devicemapper', dataRoot: DOCKER, storeKey: 'mount:/' })],
    };
  };

/** Of the volume's snapshots, which are not active, nobody knows what they hold. */
function storyOf(
  storeKey: string,
  snapshots: { snapshotsSince: number | undefined; bytes: Process | undefined },
): Story {
  const { snapshotsSince, bytes } = snapshots;
  if (snapshotsSince === undefined || bytes === undefined) return { workload: 'database' };
  return { workload: 'database', snapshotsSince, hidden: { storeKey, bytes } };
}

export const calmPool: RoleBuilder = thinPoolHost((context) => ({
  databaseBytes: POOL_DATA_BYTES * 0.36,
  data: sum(
    steady(POOL_DATA_BYTES * 0.42),
    nightlyPrune({ perDay: POOL_DATA_BYTES * 0.06, hour: 1, key: context.key('snapshots') }),
  ),
  metadata: sum(steady(240 * MIB), wander({ amount: 30 * MIB, hours: 12, key: context.key('metadata') })),
}));

/** Incident 4: many small snapshots eat the pool's metadata while its data has room. */
export const metadataBeforeData: RoleBuilder = thinPoolHost((context) => ({
  ...{ databaseBytes: POOL_DATA_BYTES * 0.46, snapshotsSince: context.daysAgo(19) },
  data: sum(
    steady(POOL_DATA_BYTES * 0.55),
    nightlyPrune({ perDay: POOL_DATA_BYTES * 0.03, hour: 1, key: context.key('snapshots') }),
  ),
  dataLeak: reaching(linear({ from: context.daysAgo(19), perDay: 1 }), context.anchorStep, POOL_DATA_BYTES * 0.06),
  metadata: sum(steady(345 * MIB), wander({ amount: 6 * MIB, hours: 12, key: context.key('metadata') })),
  metadataLeak: reaching(
    sum(
      linear({ from: context.daysAgo(19), perDay: 1 }),
      workdayRuns({ from: context.daysAgo(19), perRun: 0.05, runsADay: 12 }),
    ),
    context.anchorStep,
    568 * MIB,
  ),
}));

/** Data grows on workdays, in stairs. */
export const poolStaircase: RoleBuilder = thinPoolHost((context) => ({
  // What is deleted is not trimmed: the device maps ever more than its file system has.
  databaseBytes: POOL_DATA_BYTES * 0.24,
  data: steady(POOL_DATA_BYTES * 0.3),
  dataLeak: reaching(
    workdayRuns({ from: context.originStep, perRun: 1, runsADay: 6 }),
    context.anchorStep,
    POOL_DATA_BYTES * 0.44,
  ),
  metadata: sum(steady(200 * MIB), wander({ amount: 12 * MIB, hours: 12, key: context.key('metadata') })),
}));

const EDGE_ROOT_GIB = 96;
const IMAGE_GIB = 64;

/** Incident 5's cure and its risk: Docker in a sparse file. Inside is calm; outside the disk fills under it. */
export const loopFileBox: RoleBuilder = (context) => {
  const root = rootFileSystem(context, {
    ...{ gib: EDGE_ROOT_GIB, share: 0.2 },
    leak: reaching(
      linear({ from: context.daysAgo(50), perDay: 1 }),
      context.anchorStep,
      ext4Bytes(EDGE_ROOT_GIB) * 0.25,
    ),
  });
  const backingFile = '/srv/docker.img';
  const loop = { device: 'loop0', backingFile, deleted: false, outerStoreKey: root.store.key };
  const inner = new FileSystemModel({
    store: mountedStore(DOCKER, 'xfs', '/dev/loop0', loop),
    capacity: steady(IMAGE_GIB * GIB * 0.993),
    used: sum(
      steady(26 * GIB),
      nightlyPrune({ perDay: 8 * GIB, hour: 3, key: context.key('prune') }),
      wander({ amount: 2 * GIB, hours: 20, key: context.key('inside') }),
    ),
    inodes: { capacity: 'as-space-allows', used: steady(730_000) },
  });
  return {
    ...EDGE_OS,
    models: [new LoopModel(inner, root, IMAGE_GIB * GIB), root, efiFileSystem()],
    daemons: [dockerDaemon({ storageDriver: 'overlay2', dataRoot: DOCKER, storeKey: inner.store.key })],
  };
};

const edgeDaemon = () => dockerDaemon({ storageDriver: 'overlay2', dataRoot: DOCKER, storeKey: 'mount:/' });

export const shrinkingBox: RoleBuilder = (context) => ({
  ...EDGE_OS,
  models: [
    rootFileSystem(context, {
      ...{ gib: EDGE_ROOT_GIB, share: 0.6 },
      more: linear({ from: context.originStep, perDay: -110 * MIB }),
    }),
    efiFileSystem(),
  ],
  daemons: [edgeDaemon()],
});

/** A leak with a resize between: the disk grew, the leak went on. */
export const resizedBox: RoleBuilder = (context) => ({
  ...EDGE_OS,
  models: [
    rootFileSystem(context, {
      ...{ gib: EDGE_ROOT_GIB, share: 0.4 },
      more: linear({ from: context.daysAgo(70), perDay: 620 * MIB }),
      capacity: context.changeAt(context.daysAgo(15), ext4Bytes(EDGE_ROOT_GIB), ext4Bytes(EDGE_ROOT_GIB * 1.5)),
    }),
    efiFileSystem(),
  ],
  daemons: [edgeDaemon()],
});

export const flatBox: RoleBuilder = (context) => ({
  ...EDGE_OS,
  models: [rootFileSystem(context, { gib: 64, share: context.random.between(0.3, 0.7) }), efiFileSystem()],
  daemons: [edgeDaemon()],
});

export interface NasOptions {
  /** Of both devices together. */
  deviceGib: number;
  share: number;
  growth: (context: RoleContext, bytes: number) => Process;
}

/** btrfs raid1 on two disks of one size. */
export const nas =
  ({ deviceGib, share, growth }: NasOptions): RoleBuilder =>
  (context) => {
    const deviceBytes = deviceGib * GIB;
    const bytes = deviceBytes / 2;
    const store = btrfsStore({
      uuid: context.random.uuid(),
      mountPoint: '/mnt/pool',
      label: 'pool',
      profiles: { data: 'raid1', metadata: 'raid1' },
      devices: ['/dev/sda', '/dev/sdb'],
      deviceBytes,
    });
    const pool = new BtrfsModel({
      ...{ store, device: steady(deviceBytes), dataCopies: 2, metadataCopies: 2 },
      data: sum(
        steady(bytes * share),
        growth(context, bytes),
        wander({ amount: bytes * 0.003, hours: 9, key: context.key('files') }),
      ),
      metadata: sum(steady(bytes * 0.0012), (step) => growth(context, bytes)(step) * 0.0012),
    });
    return {
      ...HOME_OS,
      models: [rootFileSystem(context, { gib: 60, share: 0.3 }), efiFileSystem(), pool],
      daemons: [dockerDaemon({ storageDriver: 'btrfs', dataRoot: '/mnt/pool/docker', storeKey: store.key })],
    };
  };

/** Two archives copied to it, a year's backup between. */
export const growingNas: RoleBuilder = nas({
  deviceGib: 7_452,
  share: 0.44,
  growth: (context, bytes) =>
    sum(
      jump({ at: context.daysAgo(41), amount: bytes * 0.09, hours: 30 }),
      linear({ from: context.originStep, perDay: bytes * 0.0015 }),
    ),
});

export const acceleratingNas: RoleBuilder = nas({
  deviceGib: 3_726,
  share: 0.3,
  growth: (context, bytes) => accelerating({ from: context.originStep, amount: bytes * 0.34, days: 90 }),
});

/** A collector without rights: it sees what is mounted and may read nothing of it. */
export const blindBox: RoleBuilder = () => {
  const denied = (what: string) => ({ status: 'unavailable', reason: `${what}: permission denied.` }) as const;
  return {
    ...{ ...PI_OS, architecture: 'aarch64' },
    models: [new NotReadModel(mountedStore('/', 'ext4', '/dev/mmcblk0p2'))],
    probes: {
      filesystems: denied('/'),
      btrfs: denied('/sys/fs/btrfs'),
      loop: denied('/sys/block'),
      'thin-pools': denied('/sys/block'),
      devices: denied('/sys/block'),
      subvolumes: denied('/sys/fs/btrfs'),
      'thin-devices': denied('/sys/block'),
      docker: denied('/var/run/docker.sock'),
      layers: denied('/var/lib/docker'),
      mounts: {
        status: 'unavailable',
        reason: 'mount namespaces of 87 of 87 processes: permission denied (needs CAP_SYS_PTRACE).',
      },
    },
  };
};
