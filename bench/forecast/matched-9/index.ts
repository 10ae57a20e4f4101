import type { Family } from '../family.ts';
import { CALM_FAMILIES } from './calm.ts';
import { FILLING_FAMILIES } from './filling.ts';

/** Half of them in which nothing is wrong, and half that fill. */
export const MATCHED_9_FAMILIES: readonly Family[] = [...CALM_FAMILIES, ...FILLING_FAMILIES];
