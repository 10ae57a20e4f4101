import type { Family } from '../family.ts';
import { CALM } from './calm.ts';
import { FILLING } from './filling.ts';

/** Families in which nothing is wrong, then those that fill. */
export const MATCHED_2_FAMILIES: readonly Family[] = [...CALM, ...FILLING];
