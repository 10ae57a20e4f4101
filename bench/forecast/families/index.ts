import type { Family } from '../family.ts';
import { CAPACITY_FAMILIES } from './capacity-families.ts';
import { CYCLE_FAMILIES, selfCleaningSlow } from './cycle-families.ts';
import { LEAK_FAMILIES } from './leak-families.ts';
import { LEVEL_FAMILIES, longCopies } from './level-families.ts';
import { STAIRCASE_FAMILIES } from './staircase-families.ts';

/** The ones that detectors may be tuned on. */
export const OWN_FAMILIES: readonly Family[] = [
  ...LEVEL_FAMILIES,
  ...CYCLE_FAMILIES,
  ...LEAK_FAMILIES,
  ...STAIRCASE_FAMILIES,
  ...CAPACITY_FAMILIES,
];

/** Until they stop or fall for the first time, nothing in their past tells them from what is wrong: told apart from the others. */
export const UNFORESEEABLE_FAMILIES: readonly Family[] = [selfCleaningSlow, longCopies];
