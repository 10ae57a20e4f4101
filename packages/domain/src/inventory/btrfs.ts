/** A mounted btrfs beyond its allocation. null = not read, or a kernel too old to say; in each field. */
export interface BtrfsInventory {
  uuid: string;
  /** Of the snapshot's layout. */
  storeKey: string;
  commits: CommitStats | null;
  /** `none`, `balance`, `device add`, `resize` … in the kernel's words; while it lasts, no other one can begin. */
  exclusiveOperation: string | null;
  quota: QuotaFacts | null;
  /** Sorted by id. sysfs knows ids and paths apart; this joins them where there is more than one. */
  devices: BtrfsDeviceShare[] | null;
  /** Sorted by id. The top level, id 5, is not among them. */
  subvolumes: Subvolume[] | null;
  /** Deleted, and not yet cleaned: their space is not back yet. */
  uncleaned: DeletedSubvolume[] | null;
  /** Ids of level-0 quota groups whose subvolume is gone. Every balance and snapshot pays for them. */
  staleQgroups: number[] | null;
}

export interface BtrfsDeviceShare {
  id: number;
  /** `/dev/sda`; null = the device is missing. */
  path: string | null;
  sizeBytes: number | null;
  /** Given to chunks; null = the device is missing. */
  allocatedBytes: number | null;
}

/** Of all transactions since it was mounted, in milliseconds (kernel, ABI/testing/sysfs-fs-btrfs, since 6.0). */
export interface CommitStats {
  count: number;
  lastMilliseconds: number;
  maxMilliseconds: number;
  totalMilliseconds: number;
}

export interface QuotaFacts {
  /** `qgroup` tells shared from exclusive; `squota` books every extent to who wrote it first, whatever shares it since. */
  mode: 'off' | 'qgroup' | 'squota';
  /** A rescan is due: bytes are not to be trusted. null = a kernel before 6.1 does not say. */
  isInconsistent: boolean | null;
}

export interface Subvolume {
  /** Of its tree, unique in its file system and never used again. */
  id: number;
  /** Id of the subvolume that its path goes through. */
  parentId: number;
  /** null = made by a kernel before 3.6, which gave none. */
  uuid: string | null;
  /** Of the subvolume that it is a snapshot of; null = of none. */
  parentUuid: string | null;
  /** Of the sender's subvolume; null = not received. */
  receivedUuid: string | null;
  /** Generation of its last change, and of its creation. */
  generation: number;
  createdGeneration: number;
  readOnly: boolean | null;
  /** From the top level, without a leading slash. */
  path: string;
  /** Bytes that it can reach, and that nothing else can; null = no quota group knows. */
  referencedBytes: number | null;
  exclusiveBytes: number | null;
}

export interface DeletedSubvolume {
  id: number;
  generation: number;
}
