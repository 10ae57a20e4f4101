import type { Family } from '../family.ts';
import { CALM_FAMILIES } from './calm.ts';
import { FILLING_FAMILIES } from './filling.ts';

export const MATCHED_6_FAMILIES: readonly Family[] = [...CALM_FAMILIES, ...FILLING_FAMILIES];
