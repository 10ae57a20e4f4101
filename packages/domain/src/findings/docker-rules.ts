import { btrfsOrphanLayer } from './btrfs-orphan-layer/rule.ts';
import { btrfsZombieMount } from './btrfs-zombie-mount/rule.ts';
import { buildCacheUnbounded } from './build-cache-unbounded/rule.ts';
import { dindLeftover } from './dind-leftover/rule.ts';
import { logUnbounded } from './log-unbounded/rule.ts';
import { overlayOrphan } from './overlay-orphan/rule.ts';
import type { Rule } from './rule.ts';
import { volumesAnonymousGrowing } from './volumes-anonymous-growing/rule.ts';

export const DOCKER_RULES: readonly Rule[] = [
  ...[dindLeftover, btrfsOrphanLayer, btrfsZombieMount, overlayOrphan],
  ...[volumesAnonymousGrowing, buildCacheUnbounded, logUnbounded],
];
