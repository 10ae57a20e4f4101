import type { BtrfsDevice, BtrfsFacts, Daemon, LoopBacking, Store } from '@silt/domain';

const EXT4_OPTIONS = ['errors=remount-ro', 'relatime', 'rw'];
const XFS_OPTIONS = ['attr2', 'inode64', 'logbsize=32k', 'logbufs=8', 'noquota', 'relatime', 'rw'];
const VFAT_OPTIONS = [
  'codepage=437',
  'dmask=0077',
  'fmask=0077',
  'iocharset=ascii',
  'relatime',
  'rw',
  'shortname=mixed',
];
const BTRFS_OPTIONS = ['discard=async', 'relatime', 'rw', 'space_cache=v2', 'ssd', 'subvol=/', 'subvolid=5'];
const OPTIONS: Record<string, string[]> = { ext4: EXT4_OPTIONS, xfs: XFS_OPTIONS, vfat: VFAT_OPTIONS };

export function mountedStore(
  mountPoint: string,
  fileSystemType: 'ext4' | 'xfs' | 'vfat',
  device: string,
  loop: LoopBacking | null = null,
): Store {
  return {
    key: `mount:${mountPoint}`,
    kind: 'filesystem',
    name: mountPoint,
    fileSystemType,
    device,
    uuid: null,
    mountPoints: [mountPoint],
    options: [...(OPTIONS[fileSystemType] ?? [])],
    readOnly: false,
    loop,
    btrfs: null,
    thinPool: null,
  };
}

export interface BtrfsStoreOptions {
  uuid: string;
  mountPoint: string;
  label: string;
  profiles: { data: string; metadata: string };
  /** Paths of its devices. */
  devices: readonly string[];
  /** Of all devices together. */
  deviceBytes: number;
}

export function btrfsStore(options: BtrfsStoreOptions): Store {
  const { uuid, mountPoint, label, profiles, devices, deviceBytes } = options;
  const btrfs: BtrfsFacts = {
    label,
    profiles: { data: [profiles.data], metadata: [profiles.metadata], system: [profiles.metadata] },
    devices: devices.map((path, place) => btrfsDevice(place + 1, devices.length === 1 ? path : null, deviceBytes)),
  };
  return {
    key: `btrfs:${uuid}`,
    kind: 'btrfs',
    name: mountPoint,
    fileSystemType: 'btrfs',
    device: devices[0] ?? null,
    uuid,
    mountPoints: [mountPoint],
    options: [...BTRFS_OPTIONS],
    readOnly: false,
    loop: null,
    btrfs,
    thinPool: null,
  };
}

/** With several devices the collector reads neither path nor size of a single one. */
function btrfsDevice(id: number, path: string | null, deviceBytes: number): BtrfsDevice {
  const errors = { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 };
  return { id, path, sizeBytes: path === null ? null : deviceBytes, missing: false, errors };
}

export interface PoolStoreOptions {
  group: string;
  pool: string;
  /** LVM's ids of group and pool, 32 letters each. */
  ids: string;
  dataBytes: number;
}

const POOL_BLOCK_BYTES = 64 * 1_024;
/** lvmconfig activation/thin_pool_autoextend_threshold of 80 %. */
const POOL_LOW_WATER_SHARE = 0.2;

/** A pool of LVM that is well: all that its status and table lines say besides the numbers. */
export function thinPoolStore({ group, pool, ids, dataBytes }: PoolStoreOptions): Store {
  const dmName = `${group.replaceAll('-', '--')}-${pool.replaceAll('-', '--')}-tpool`;
  return {
    key: `thin-pool:${group}/${pool}`,
    kind: 'thin-pool',
    name: `${group}/${pool}`,
    fileSystemType: null,
    device: `/dev/mapper/${dmName}`,
    uuid: `LVM-${ids}-tpool`,
    mountPoints: [],
    options: [],
    readOnly: false,
    loop: null,
    btrfs: null,
    thinPool: {
      state: 'rw',
      words: ['rw', 'discard_passdown', 'queue_if_no_space'],
      features: ['skip_block_zeroing'],
      suspended: false,
      metadataSnapshotHeld: false,
      metadataDevice: '253:2',
      dataDevice: '253:3',
      dataBlockBytes: POOL_BLOCK_BYTES,
      lowWaterBlocks: Math.floor((dataBytes / POOL_BLOCK_BYTES) * POOL_LOW_WATER_SHARE),
      metadataLowWaterBlocks: 1_024,
    },
  };
}

export interface DaemonOptions {
  storageDriver: string;
  dataRoot: string;
  storeKey: string;
  version?: string;
  apiVersion?: string;
  socket?: string;
}

export function dockerDaemon(options: DaemonOptions): Daemon {
  const { storageDriver, dataRoot, storeKey } = options;
  const { version = '27.5.1', apiVersion = '1.47', socket = '/var/run/docker.sock' } = options;
  const key = `docker:${socket}`;
  return { key, kind: 'docker', socket, version, apiVersion, storageDriver, dataRoot, liveRestore: false, storeKey };
}
