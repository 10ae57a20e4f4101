import type { Family } from '../family.ts';
import { CAPACITY_FAMILIES } from './capacity-families.ts';
import { CYCLE_FAMILIES } from './cycle-families.ts';
import { LEAK_FAMILIES } from './leak-families.ts';
import { LEVEL_FAMILIES } from './level-families.ts';
import { STAIRCASE_FAMILIES } from './staircase-families.ts';

/** The ones that detectors may be tuned on. */
export const OWN_FAMILIES: readonly Family[] = [
  ...LEVEL_FAMILIES,
  ...CYCLE_FAMILIES,
  ...LEAK_FAMILIES,
  ...STAIRCASE_FAMILIES,
  ...CAPACITY_FAMILIES,
];
