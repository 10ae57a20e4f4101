import type { Family } from '../family.ts';
import { CALM } from './calm.ts';
import { FILLING } from './filling.ts';

export const CONTROL_FAMILIES: readonly Family[] = [...CALM, ...FILLING];
