import type { Family } from '../family.ts';
import { CALM_FAMILIES } from './calm.ts';
import { FILLING_FAMILIES } from './filling.ts';

/** What happens to storage, and how often it looks as if it happened. */
export const MATCHED_8_FAMILIES: readonly Family[] = [...CALM_FAMILIES, ...FILLING_FAMILIES];
