import type { Family } from '../family.ts';
import {
  boundedCache,
  deploySteps,
  levelsOff,
  officeWeek,
  passingBursts,
  prunedSawtooth,
  steadyNearFull,
} from './calm.ts';
import { enlargedLeak, lateLeak, leakUnderSawtooth, runawayWriter, slowLeak, snowball } from './leaks.ts';
import { btrfsChunks, ciWeekdays, thinMetadataSteps } from './staircases.ts';

/** Typical pasts of the disks of container hosts: seven that are calm, nine that fill. */
export const TYPICAL_FAMILIES: readonly Family[] = [
  steadyNearFull,
  officeWeek,
  prunedSawtooth,
  passingBursts,
  deploySteps,
  boundedCache,
  levelsOff,
  slowLeak,
  leakUnderSawtooth,
  snowball,
  btrfsChunks,
  thinMetadataSteps,
  ciWeekdays,
  lateLeak,
  enlargedLeak,
  runawayWriter,
];
