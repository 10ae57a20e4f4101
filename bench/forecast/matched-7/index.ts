import type { Family } from '../family.ts';
import { CALM } from './calm.ts';
import { FILLING } from './filling.ts';

/** Eight in which nothing is wrong, and eight that fill. */
export const MATCHED_7_FAMILIES: readonly Family[] = [...CALM, ...FILLING];
