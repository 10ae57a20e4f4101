import type { Draw } from './draw.ts';
import { type Course, course, STEPS_A_DAY, total } from './grid.ts';

/** When an exhausting trace is to be full: mostly in its second half, in steps. */
export function fullStep(draw: Draw, days: number): number {
  const share = draw.chance(0.85) ? draw.between(0.5, 0.97) : draw.between(0.32, 0.5);
  return Math.floor(share * days * STEPS_A_DAY);
}

/**
 * Grows with what flows: 0 until `from`, 1 at `to`, and on beyond it.
 *
 * @param bend 1 = as fast as it flows; more = it starts slowly and gets faster
 */
export function rise(flow: Course, from: number, to: number, bend = 1): Course {
  const sum = total(flow);
  const at = (step: number): number => sum[Math.min(Math.max(Math.floor(step), 0), sum.length - 1)] as number;
  const [low, high] = [at(from), at(to)];
  return course(flow.length, (step) => (Math.max(0, at(step) - low) / Math.max(high - low, Number.MIN_VALUE)) ** bend);
}
