import type { Family } from '../family.ts';
import { CALM_DISTURBED } from './calm-disturbed.ts';
import { CALM_LEVELS } from './calm-levels.ts';
import { CALM_RHYTHMS } from './calm-rhythms.ts';
import { CAPACITY_CHANGES } from './capacity-changes.ts';
import { LEAKS } from './leaks.ts';
import { RUNAWAYS } from './runaways.ts';
import { STAIRS } from './stairs.ts';

/** What the forecaster is judged by. It is never tuned on them: look at the totals, not at single traces. */
export const HELD_OUT_FAMILIES: readonly Family[] = [
  ...CALM_LEVELS,
  ...CALM_RHYTHMS,
  ...CALM_DISTURBED,
  ...LEAKS,
  ...STAIRS,
  ...CAPACITY_CHANGES,
  ...RUNAWAYS,
];
