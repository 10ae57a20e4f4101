import { btrfsUnallocatedLow } from './btrfs-unallocated-low/rule.ts';
import type { Rule } from './rule.ts';

export const BTRFS_RULES: readonly Rule[] = [btrfsUnallocatedLow];
