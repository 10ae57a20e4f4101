/** What an entry of the storage driver's folder is by the daemon's own records, read at the same moment. */
export const LAYER_ENTRY_CLASSES = [
  /** A layer's cache-id names it. */
  'layer',
  /** A container's mount-id names it. */
  'container',
  /** A container's init-id names it. */
  'init',
  /** The devicemapper driver's base device, which every layer is a snapshot of. */
  'base',
  /** A name as BuildKit gives, in no record of layerdb; its own records are in the build cache. */
  'buildkit',
  /** A name as layers have, in no record. Seen once, it proves nothing: `confirmOrphans`. */
  'candidate-orphan',
  /** The same while a layer is being imported, or while one that was broken off has left its write-set. */
  'import-in-flight',
  /** The same while not all of the records could be read. */
  'unclear',
  /** A name that this driver gives to nothing. */
  'unknown',
] as const;
export type LayerEntryClass = (typeof LAYER_ENTRY_CLASSES)[number];

/** Layers on disk against the records of the daemon that owns the data root. null = not read, in each field. */
export interface LayerStore {
  /** As the daemon names its storage driver. */
  driver: string;
  /** Sorted by chain id. */
  layers: Layer[] | null;
  /** Sorted by container id. */
  mounts: WritableLayer[] | null;
  writeSets: LayerWriteSet[] | null;
  /** Every record could be read. Only then is an entry that no record names a candidate for an orphan. */
  hasAllRecords: boolean;
  /** Sorted by name; of too many, those that a record names were left out first. */
  entries: LayerEntry[] | null;
  /** Of all entries, those left out of `entries` too. */
  entryCounts: Record<LayerEntryClass, number> | null;
  zombies: ZombieMount[] | null;
  dangling: DanglingReference[] | null;
  leftovers: VolumeLeftover[] | null;
}

/** `image/<driver>/layerdb/sha256/<chain id>`. */
export interface Layer {
  /** 64 hex digits, without `sha256:`, as in the next fields. */
  chainId: string;
  /** Name of its entry in the driver's folder. */
  cacheId: string | null;
  /** `none`: a base layer. */
  parentChainId: string | null;
  diffId: string | null;
  /** Of its files when it was unpacked, without the parents'. */
  sizeBytes: number | null;
  /** The daemon has begun to remove it. */
  isBeingRemoved: boolean;
}

/** `image/<driver>/layerdb/mounts/<container id>`: a writable layer. */
export interface WritableLayer {
  /** A classic build and BuildKit make some for a moment that are of no container. */
  containerId: string;
  /** Name of its entry in the driver's folder; also in mount tables and in the device mapper's names. */
  mountId: string | null;
  /** `none`: it was made without. */
  initId: string | null;
  /** `none`: it stands on no layer. */
  parentChainId: string | null;
  /** ISO, of its folder. */
  recordedAt: string;
}

/** `layerdb/tmp/write-set-*`: a layer that is being imported, or was when the daemon was killed. */
export interface LayerWriteSet {
  name: string;
  /** null = not yet written: it comes last. */
  cacheId: string | null;
  /** ISO: last time that something was written to it. */
  modifiedAt: string;
}

export interface LayerEntry {
  name: string;
  class: LayerEntryClass;
  /** Chain id of its layer, or id of its container; null = no record names it. */
  ownerId: string | null;
  /** ISO. On btrfs, of an entry that a record names: as it was when first read. */
  modifiedAt: string | null;
  /** null = another driver than btrfs. */
  isSubvolume: boolean | null;
  /** Parts of a whole layer that are there; null = another driver than overlay2 or fuse-overlayfs. */
  overlay: { hasLink: boolean; hasDiff: boolean } | null;
  /** null = another driver than devicemapper, or not understood. */
  device: ThinRecord | null;
}

/** `devicemapper/metadata/<name>`: moby, daemon/graphdriver/devmapper, devInfo. */
export interface ThinRecord {
  /** Within the pool: last word but one of the table line `thin <pool> <device id>`. */
  deviceId: number;
  sizeBytes: number;
  transactionId: number;
  isInitialized: boolean;
  /** Its deletion was put off because the device was busy. */
  isDeleted: boolean;
}

/**
 * A record of a writable layer whose container is gone. A container that is being made or removed looks like one for a
 * moment: only one that stands in two reads is one.
 */
export interface ZombieMount extends WritableLayer {
  /** Names of the driver's folder that it still holds. */
  holds: string[];
}

/** A record that names an entry which is not there. While the daemon removes something, true for a moment. */
export interface DanglingReference {
  name: string;
  kind: 'layer' | 'container' | 'init';
  /** Chain id or container id. */
  ownerId: string;
  /** The owner is a zombie: its entry is rightly gone. null = containers were not read. */
  isOfZombie: boolean | null;
}

/** Storage of a nested daemon in a volume: `volumes/<name>/_data`. */
export interface VolumeLeftover {
  /** Joins with the volumes of the daemon. */
  volume: string;
  /** A name that Docker made up. */
  isAnonymous: boolean;
  /** `btrfs`, `overlay2`, `vfs`: folders of storage drivers in it. */
  driverFolders: string[];
  /** The nested daemon's other folders that are still there: `image`, `containers`, `containerd`. Empty: half removed. */
  companions: string[];
  /** Layers in these folders. */
  entryCount: number;
  /** The first of them, `overlay2/<name>`, as paths below `_data`. */
  paths: string[];
  /** Which of `paths`, and of what else lies in `btrfs`, are btrfs subvolumes, sorted. */
  nestedSubvolumes: string[];
  /** A container refers to the volume. Not known here: null until joined with the daemon's volumes. */
  isInUse: boolean | null;
}

/** `io.containerd.snapshotter.v1.<name>` in containerd's root. */
export interface Snapshotter {
  name: string;
  /** Of `snapshots/`, which are named by numbers. null = it has no such folder, or not read. */
  snapshotCount: number | null;
  /** Others there, named otherwise. */
  otherCount: number | null;
  hasMetadataDb: boolean | null;
}

export interface LayerStoreRead {
  /** ISO. */
  readAt: string;
  store: LayerStore;
}

export interface ConfirmedOrphan {
  name: string;
  /** ISO, of the earlier read. */
  firstSeenAt: string;
  modifiedAt: string | null;
  isSubvolume: boolean | null;
}

export type OrphanVerdict = { orphans: ConfirmedOrphan[] } | { cannotTell: string };

const CONFIRM_MILLISECONDS = 24 * 3_600_000;

/**
 * Entries that no record named in two reads of one data root, a day or more apart. A write-set excuses them only if it
 * grew between the two: a killed import leaves one for good. A killed import's subvolume is what this is for.
 */
export function confirmOrphans(earlier: LayerStoreRead, later: LayerStoreRead): OrphanVerdict {
  const apart = Date.parse(later.readAt) - Date.parse(earlier.readAt);
  if (!(apart >= CONFIRM_MILLISECONDS)) return { cannotTell: 'the two reads are less than 24 h apart' };
  if (earlier.store.driver !== later.store.driver) return { cannotTell: 'the storage driver was changed' };
  const [before, now] = [suspectsOf(earlier.store), suspectsOf(later.store)];
  if (before === null || now === null) return { cannotTell: 'not all records were read' };
  const known = new Map(before.writeSets.map((one) => [one.name, one.modifiedAt]));
  const growing = now.writeSets.filter(({ name, modifiedAt }) => known.has(name) && known.get(name) !== modifiedAt);
  const isExcused = ({ name, class: kind }: LayerEntry): boolean =>
    kind === 'import-in-flight' && growing.some(({ cacheId }) => cacheId === null || cacheId === name);
  const names = new Set(before.entries.map(({ name }) => name));
  const orphans = now.entries.filter((entry) => names.has(entry.name) && !isExcused(entry));
  return {
    orphans: orphans.map(({ name, modifiedAt, isSubvolume }) => ({
      ...{ name, firstSeenAt: earlier.readAt, modifiedAt, isSubvolume },
    })),
  };
}

interface Suspects {
  entries: LayerEntry[];
  writeSets: LayerWriteSet[];
}

function suspectsOf({ entries, writeSets, hasAllRecords }: LayerStore): Suspects | null {
  if (entries === null || writeSets === null || !hasAllRecords) return null;
  const suspects = entries.filter((one) => one.class === 'candidate-orphan' || one.class === 'import-in-flight');
  return { entries: suspects, writeSets };
}

/**
 * BuildKit's entries that its build cache does not list: a fact of its own, not an orphan. `recordIds`: ids of the
 * cache records (Engine API, /system/df, BuildCache[].ID), null = not asked. null = cannot tell.
 */
export function unrecordedBuildkitEntries(
  { entries }: LayerStore,
  recordIds: ReadonlySet<string> | null,
): LayerEntry[] | null {
  if (entries === null || recordIds === null) return null;
  return entries.filter((entry) => entry.class === 'buildkit' && !recordIds.has(entry.name));
}

/** The way from a container to its thin device. null = the record was not read, or is not there. */
export interface ContainerDevice {
  containerId: string;
  /** Ends the device mapper's name, `docker-<major>:<minor>-<inode>-<mount id>`. */
  mountId: string | null;
  deviceId: number | null;
  sizeBytes: number | null;
  transactionId: number | null;
}

/** Of every container, stopped ones too, whose device has no node. null = another driver, or not read. */
export function devicemapperMap({ driver, mounts, entries }: LayerStore): ContainerDevice[] | null {
  if (driver !== 'devicemapper' || mounts === null || entries === null) return null;
  const deviceOf = new Map(entries.map(({ name, device }) => [name, device]));
  return mounts.map(({ containerId, mountId }) => {
    const device = (mountId === null ? null : deviceOf.get(mountId)) ?? null;
    const { deviceId = null, sizeBytes = null, transactionId = null } = device ?? {};
    return { containerId, mountId, deviceId, sizeBytes, transactionId };
  });
}
