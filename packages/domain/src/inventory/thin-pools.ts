/** Thin devices of every pool, and what LVM says of them. null = not read, in each field. */
export interface ThinInventory {
  pools: ThinPoolItem[];
  devices: ThinDevice[];
  /** null = LVM was not asked, since it made no pool here, or did not answer. */
  lvm: LvmView | null;
}

export const THIN_MAKERS = ['lvm', 'docker', 'other'] as const;
export type ThinMaker = (typeof THIN_MAKERS)[number];

export interface ThinPoolItem {
  /** `vg/pool`, or the device mapper's name: the store's key is `thin-pool:<name>`. Unique on its host. */
  name: string;
  dmName: string;
  /** Empty where the maker gave none. */
  uuid: string;
  maker: ThinMaker;
  /** `253:10`: what tables call the pool. */
  device: string | null;
  dataCapacityBytes: number | null;
  /** Free data blocks at which the kernel raises an event; 0 = never. */
  lowWaterBlocks: number | null;
  /**
   * Fill of the data, in whole per cent, at which LVM enlarges the pool, as its low-water mark has it in force; 100 =
   * never. null also for a pool that LVM did not make: Docker sets a mark that means no enlarging.
   */
  autoextendThresholdPercent: number | null;
}

/**
 * `ok`: its mapped bytes are known. `failed`: no I/O, its pool is dead. `error`: the kernel could not read its metadata.
 * `no-device`: the pool has none of its id. `no-table`: nothing is loaded. null = not read.
 */
export type ThinDeviceState = 'ok' | 'failed' | 'error' | 'no-device' | 'no-table';

/** A thin device that is active. One of several segments is there once for each, by its `startBytes`. */
export interface ThinDevice {
  /** `vg/lv`, or the device mapper's name. */
  name: string;
  dmName: string;
  uuid: string;
  maker: ThinMaker;
  /** `253:12`; null = it is in no sysfs, or that was not read. */
  device: string | null;
  /** Device mapper's name of its pool, `ThinPoolItem.dmName`; null = not read, or its pool is not among those read. */
  poolDmName: string | null;
  /** Its id within the pool: Docker's `device_id`, LVM's thin id. null also under a failed pool. */
  deviceId: number | null;
  /** `253:4`, which lies outside of the pool; null = none, or not read. */
  externalOrigin: string | null;
  startBytes: number;
  virtualBytes: number | null;
  /** What it occupies in the pool; blocks that it shares with others are counted in each. */
  mappedBytes: number | null;
  state: ThinDeviceState | null;
  suspended: boolean | null;
  /** null = none of Docker's. */
  docker: DockerThinName | null;
}

/** What Docker's name of a thin device says: `docker-<major>:<minor>-<inode>-<layer>[-init]`. */
export interface DockerThinName {
  /** A container's mount id, an image layer's cache id, or `base`. */
  layerId: string;
  /** Of a container, the layer below its own. */
  isInit: boolean;
  /** Device and inode of the data root's `devicemapper` folder: tells one daemon's devices from another's. */
  rootDevice: string;
  rootInode: string;
}

/** What `lvs`, `vgs` and `lvmconfig` say (lvmreport(7), lvmthin(7)). */
export interface LvmView {
  groups: LvmGroup[];
  pools: LvmPool[];
  volumes: LvmThinVolume[];
  /** null = lvmconfig did not say. A profile of one group or pool may say otherwise. */
  autoextend: LvmAutoextend | null;
}

export interface LvmGroup {
  name: string;
  sizeBytes: number | null;
  /** Room for growth of its pools, their metadata too. */
  freeBytes: number | null;
  extentBytes: number | null;
}

export interface LvmPool {
  /** `vg/pool`. */
  name: string;
  sizeBytes: number | null;
  metadataBytes: number | null;
  /** What becomes of writes when it is full. */
  whenFull: 'queue' | 'error' | null;
  /** null = none. */
  profile: string | null;
}

/** A thin volume, active or not. */
export interface LvmThinVolume {
  /** `vg/lv`. */
  name: string;
  /** `vg/pool`. */
  pool: string;
  sizeBytes: number | null;
  /** Volume that it is a snapshot of; null = none. */
  origin: string | null;
  isActive: boolean;
}

/** lvm.conf, section activation. */
export interface LvmAutoextend {
  /** Fill, in per cent, at which a pool is enlarged; 100 = never. */
  thresholdPercent: number;
  /** By how many per cent of its size. */
  growPercent: number;
}

/**
 * Virtual sizes of a pool's devices over the size of its data; above 1 it cannot keep what it promises. Counts the
 * active ones, LVM's inactive ones, and `inactiveBytes`: sizes of others that have no device now, such as Docker's image
 * layers. null = a size was not read.
 */
export function overcommitOf(
  { devices, lvm }: ThinInventory,
  pool: ThinPoolItem,
  inactiveBytes: readonly (number | null)[] = [],
): number | null {
  const active = devices.filter(({ poolDmName }) => poolDmName === pool.dmName).map(({ virtualBytes }) => virtualBytes);
  const inactive = (lvm?.volumes ?? []).filter((one) => one.pool === pool.name && !one.isActive);
  let sum = 0;
  for (const bytes of [...active, ...inactive.map(({ sizeBytes }) => sizeBytes), ...inactiveBytes]) {
    if (bytes === null) return null;
    sum += bytes;
  }
  return pool.dataCapacityBytes === null || pool.dataCapacityBytes === 0 ? null : sum / pool.dataCapacityBytes;
}
