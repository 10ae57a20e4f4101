import type { Draw } from './draw.ts';
import { type Course, STEPS_A_DAY } from './grid.ts';

/** When it is cleaned up: at times, with a delay now and then, or once it is so full. */
export type Prune = { everyDays: number; lateChance: number } | { bound: number };

/**
 * What flows in and is cleaned away again: log rotation, `docker system prune`, retention of backups.
 *
 * @param flow what comes in each step, in the unit of the level
 * @param keeps share of the level that a clean-up leaves, lowest and highest
 */
export function pruned(draw: Draw, flow: Course, when: Prune, keeps: readonly [number, number]): Course {
  let next = 'everyDays' in when ? draw.between(0, when.everyDays) * STEPS_A_DAY : Number.POSITIVE_INFINITY;
  let level = 'bound' in when ? when.bound * draw.between(0.3, 0.95) : 0;
  return flow.map((value, step) => {
    level += value;
    const isDue = 'bound' in when ? level >= when.bound : step >= next;
    if (isDue) {
      level *= draw.between(...keeps);
      if ('everyDays' in when) {
        const late = draw.chance(when.lateChance) ? draw.between(0, 0.5) * when.everyDays : 0;
        next += (when.everyDays + late) * STEPS_A_DAY;
      }
    }
    return level;
  });
}

/** What is cleaned up each day, each week or in between. */
export function prunedAtTimes(draw: Draw, flow: Course): Course {
  const everyDays = draw.pick([draw.pick([0.25, 0.5]), 1, 1, 1, draw.between(2, 5), 7, 7]);
  return pruned(draw, flow, { everyDays, lateChance: draw.pick([0, 0, 0.1]) }, [0, draw.between(0.02, 0.4)]);
}
