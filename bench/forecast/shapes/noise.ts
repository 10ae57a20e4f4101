import type { Draw } from './draw.ts';
import { type Course, course, STEPS_AN_HOUR } from './grid.ts';

/** Comes back to 0 by itself, deviation `size`; what it was is half forgotten after `hours` × ln 2. */
export function wander(draw: Draw, steps: number, size: number, hours: number): Course {
  const keeps = Math.exp(-1 / (hours * STEPS_AN_HOUR));
  const pushes = size * Math.sqrt(1 - keeps ** 2);
  let value = size * draw.normal();
  return course(steps, () => {
    value = keeps * value + pushes * draw.normal();
    return value;
  });
}

/** Files that come and go: a slow wander and what is different at each look. */
export function jitter(draw: Draw, steps: number, size: number): Course {
  const slow = wander(draw, steps, size, draw.logBetween(0.5, 24));
  const quick = size * draw.between(0, 0.6);
  return slow.map((value) => value + quick * draw.normal());
}

/** What comes by chance, stays a while and goes: a build, an export, an unpacked archive. In the unit of `height`. */
export function bursts(
  draw: Draw,
  steps: number,
  {
    everyHours,
    height,
    hours,
  }: { everyHours: number; height: readonly [number, number]; hours: readonly [number, number] },
): Course {
  const sum = new Float64Array(steps);
  let start = draw.wait(everyHours) * STEPS_AN_HOUR;
  while (start < steps) {
    const length = Math.max(2, draw.logBetween(...hours) * STEPS_AN_HOUR);
    const top = draw.logBetween(...height);
    const rises = draw.between(0.1, 0.8);
    for (let step = Math.ceil(start); step < Math.min(steps, start + length); step += 1) {
      sum[step] = (sum[step] as number) + top * Math.min(1, (step - start) / (length * rises));
    }
    start += length + draw.wait(everyHours) * STEPS_AN_HOUR;
  }
  return sum;
}
