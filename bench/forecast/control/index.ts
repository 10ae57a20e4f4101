import type { Family } from '../family.ts';
import { CALM } from './calm.ts';
import { FILLING } from './filling.ts';

/** Families made apart from the others, from how container hosts behave: no forecaster was fitted to them. */
export const CONTROL_FAMILIES: readonly Family[] = [...CALM, ...FILLING];
