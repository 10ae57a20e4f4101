import { btrfsAtime } from './btrfs-atime/rule.ts';
import { btrfsCleanerBehind } from './btrfs-cleaner-behind/rule.ts';
import { btrfsDeviceErrors } from './btrfs-device-errors/rule.ts';
import { btrfsMetadataBalance } from './btrfs-metadata-balance/rule.ts';
import { btrfsMetadataHeadroom } from './btrfs-metadata-headroom/rule.ts';
import { btrfsQgroupStale } from './btrfs-qgroup-stale/rule.ts';
import { btrfsRootSnapshotted } from './btrfs-root-snapshotted/rule.ts';
import { btrfsUnallocatedLow } from './btrfs-unallocated-low/rule.ts';
import { btrfsUnattributedGrowth } from './btrfs-unattributed-growth/rule.ts';
import type { Rule } from './rule.ts';

/** In the order of docs/findings. */
export const BTRFS_RULES: readonly Rule[] = [
  btrfsUnallocatedLow,
  btrfsMetadataHeadroom,
  btrfsMetadataBalance,
  btrfsRootSnapshotted,
  btrfsAtime,
  btrfsQgroupStale,
  btrfsCleanerBehind,
  btrfsDeviceErrors,
  btrfsUnattributedGrowth,
];
