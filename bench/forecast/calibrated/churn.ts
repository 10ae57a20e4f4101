import { HOUR_SECONDS } from '../family.ts';
import type { Draw } from '../shapes/draw.ts';
import type { Course } from './story.ts';

/** Hours in which what came and went is forgotten by two thirds. */
const [SHORTEST_MEMORY, LONGEST_MEMORY] = [0.5, 4];

/** Temporary files that come and go: mean 0, deviation `size`, parts of the capacity. */
export function churn(draw: Draw, size: number): Course {
  const memory = draw.logBetween(SHORTEST_MEMORY, LONGEST_MEMORY) * HOUR_SECONDS;
  let [level, last] = [draw.normal(), 0];
  return (at) => {
    const kept = Math.exp((last - at) / memory);
    level = kept * level + Math.sqrt(1 - kept ** 2) * draw.normal();
    last = at;
    return size * level;
  };
}

export const sumOf =
  (...courses: readonly Course[]): Course =>
  (at) =>
    courses.reduce((sum, course) => sum + course(at), 0);
