import type { Family } from '../family.ts';
import { buildBursts, cacheWarmUp, imageCollector, patchedHost, releaseSteps, steadyHigh, timedPrune } from './calm.ts';
import {
  accelerating,
  ciLeftovers,
  leakAfterRelease,
  leakEnlargedOnce,
  leakUnderPrune,
  orphanedLayers,
  runawayLog,
} from './filling.ts';
import { btrfsChunks, thinMetadata } from './pools.ts';

/** Calm ones first, then those that fill. */
export const UNSEEN_FAMILIES: readonly Family[] = [
  steadyHigh,
  timedPrune,
  imageCollector,
  releaseSteps,
  buildBursts,
  cacheWarmUp,
  patchedHost,
  orphanedLayers,
  leakUnderPrune,
  accelerating,
  leakAfterRelease,
  ciLeftovers,
  leakEnlargedOnce,
  runawayLog,
  btrfsChunks,
  thinMetadata,
];
