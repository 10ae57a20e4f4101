/**
 * The catalogue of what is measured of a store, and of what in it can run out.
 *
 * A *series* is one number per beat. A *resource* is something that can run out: a pair of series, what is used and
 * what the used part could grow to. Capacity is a series too, because on btrfs it moves with every chunk (ADR 0001).
 */
export const UNITS = ['bytes', 'count'] as const;
export type Unit = (typeof UNITS)[number];

export const SERIES = {
  /** statfs: (f_blocks − f_bfree) × f_frsize. */
  usedBytes: { unit: 'bytes' },
  /** statfs: used + f_bavail × f_frsize, so that used ÷ capacity is the "Use%" of df. */
  capacityBytes: { unit: 'bytes' },
  /** statfs: f_files − f_ffree. Absent where the file system has no fixed number of inodes (btrfs: f_files is 0). */
  usedInodes: { unit: 'count' },
  /** statfs: used inodes + f_favail. */
  capacityInodes: { unit: 'count' },

  /** btrfs allocation/data/bytes_used + bytes_reserved + bytes_pinned + bytes_readonly. */
  dataUsedBytes: { unit: 'bytes' },
  /** btrfs allocation/data/total_bytes: what data chunks hold, full or empty. */
  dataAllocatedBytes: { unit: 'bytes' },
  /** What data can grow to: allocated + what the allocator can still make of the unallocated space for its profile. */
  dataCapacityBytes: { unit: 'bytes' },
  /** btrfs allocation/metadata/bytes_used. */
  metadataUsedBytes: { unit: 'bytes' },
  /** btrfs allocation/metadata/total_bytes; thin pool: metadata device size. */
  metadataAllocatedBytes: { unit: 'bytes' },
  /** btrfs: used + reserved + pinned + readonly + global reserve; what is left beside it is the headroom. */
  metadataCommittedBytes: { unit: 'bytes' },
  /** What metadata can grow to: total + unallocated as its profile can use it. capacity − committed = headroom. */
  metadataCapacityBytes: { unit: 'bytes' },
  /** btrfs allocation/system/bytes_used and total_bytes. */
  systemUsedBytes: { unit: 'bytes' },
  systemAllocatedBytes: { unit: 'bytes' },
  /** btrfs allocation/global_rsv_size. */
  globalReserveBytes: { unit: 'bytes' },
  /** btrfs: Σ devices − Σ disk_total. */
  unallocatedBytes: { unit: 'bytes' },
  /** btrfs: Σ devices/<name>/size × 512. */
  deviceBytes: { unit: 'bytes' },
  /** btrfs: Σ devinfo/<id>/error_stats, all kinds and devices. */
  deviceErrors: { unit: 'count' },

  /** Loop file: st_blocks × 512 of the file beneath the store. */
  backingAllocatedBytes: { unit: 'bytes' },
  /** Loop file: the least of its apparent size and allocated + what the file system beneath has available. */
  backingCapacityBytes: { unit: 'bytes' },

  /** Thin pool: data blocks × block size. */
  poolDataUsedBytes: { unit: 'bytes' },
  poolDataCapacityBytes: { unit: 'bytes' },
  /** Thin pool: metadata blocks × 4096. */
  poolMetadataUsedBytes: { unit: 'bytes' },
  poolMetadataCapacityBytes: { unit: 'bytes' },
  /** LVM's thin pool: vg_free of its volume group at the last slow beat, while the pool has the size of then. */
  poolGroupFreeBytes: { unit: 'bytes' },

  /** Of the last slow beat: what known items hold of the store for certain and at the most, and what none explains. */
  itemsBytes: { unit: 'bytes' },
  itemsMostBytes: { unit: 'bytes' },
  unattributedBytes: { unit: 'bytes' },
} as const satisfies Record<string, { unit: Unit }>;
export type SeriesName = keyof typeof SERIES;
export const SERIES_NAMES = Object.keys(SERIES) as SeriesName[];

export const isSeriesName = (name: string): name is SeriesName => Object.hasOwn(SERIES, name);

/** Everything that can run out, as a pair of series. */
export const RESOURCES = {
  space: { used: 'usedBytes', capacity: 'capacityBytes' },
  inodes: { used: 'usedInodes', capacity: 'capacityInodes' },
  btrfsData: { used: 'dataUsedBytes', capacity: 'dataCapacityBytes' },
  btrfsMetadata: { used: 'metadataCommittedBytes', capacity: 'metadataCapacityBytes' },
  loopBacking: { used: 'backingAllocatedBytes', capacity: 'backingCapacityBytes' },
  poolData: { used: 'poolDataUsedBytes', capacity: 'poolDataCapacityBytes' },
  poolMetadata: { used: 'poolMetadataUsedBytes', capacity: 'poolMetadataCapacityBytes' },
} as const satisfies Record<string, { used: SeriesName; capacity: SeriesName }>;
export type ResourceName = keyof typeof RESOURCES;
export const RESOURCE_NAMES = Object.keys(RESOURCES) as ResourceName[];
