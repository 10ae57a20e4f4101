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
  };
}

/** With several devices the collector reads neither path nor size of a single one. */
function btrfsDevice(id: number, path: string | null, deviceBytes: number): BtrfsDevice {
  const errors = { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 };
  return { id, path, sizeBytes: path === null ? null : deviceBytes, missing: false, errors };
}

/** `name`: volume group and pool, `vg0/docker`. */
export function thinPoolStore(name: string): Store {
  return {
    key: `thin-pool:${name}`,
    kind: 'thin-pool',
    name,
    fileSystemType: null,
    device: `/dev/mapper/${name.replace('/', '-')}`,
    uuid: null,
    mountPoints: [],
    options: [],
    readOnly: false,
    loop: null,
    btrfs: null,
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
