import type { Family } from '../family.ts';
import { CALM_FAMILIES } from './calm.ts';
import { FILLING_FAMILIES } from './filling.ts';

/** Eight in which nothing is wrong, and eight that fill. */
export const MATCHED_4_FAMILIES: readonly Family[] = [...CALM_FAMILIES, ...FILLING_FAMILIES];
