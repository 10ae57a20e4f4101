import { CALIBRATED_FAMILIES } from './calibrated/index.ts';
import { CONTROL_FAMILIES } from './control/index.ts';
import { OWN_FAMILIES, UNFORESEEABLE_FAMILIES } from './families/index.ts';
import type { Family, Trace } from './family.ts';
import { HELD_OUT_FAMILIES } from './held-out/index.ts';
import { seededRandom } from './seeded-random.ts';
import { TYPICAL_FAMILIES } from './typical/index.ts';
import { UNSEEN_FAMILIES } from './unseen/index.ts';

export const SET_NAMES = ['own', 'held-out', 'calibrated', 'typical', 'unseen', 'control', 'unforeseeable'] as const;
export type SetName = (typeof SET_NAMES)[number];

/**
 * `held-out` were written apart from the detector. So were `calibrated`, `typical`, `unseen` and `control`, one after the other, with
 * ranges on which the baselines reach about what the design tells of them. What of the detector was chosen with which in view:
 * docs/benchmarks.md; `control` is the newest. `unforeseeable` are those that none can tell in time.
 */
export const FAMILY_SETS: Record<SetName, readonly Family[]> = {
  own: OWN_FAMILIES,
  'held-out': HELD_OUT_FAMILIES,
  calibrated: CALIBRATED_FAMILIES,
  typical: TYPICAL_FAMILIES,
  unseen: UNSEEN_FAMILIES,
  control: CONTROL_FAMILIES,
  unforeseeable: UNFORESEEABLE_FAMILIES,
};
/** Those that figures are told of. */
export const MEASURED_SETS: readonly SetName[] = ['own', 'held-out', 'calibrated', 'typical', 'unseen', 'control'];

/** How long a trace is at most. */
export const TRACE_DAYS = 30;

/** The `index`-th trace of a family under a seed: the same whatever else is made. */
export function makeTrace(set: SetName, family: Family, seed: string, index: number): Trace {
  return family.make(seededRandom(`${seed} ${set} ${family.name} ${index}`), TRACE_DAYS);
}
