import { DAY_SECONDS } from '../family.ts';
import type { Draw } from '../shapes/draw.ts';
import type { Course } from './story.ts';

export interface Saw {
  /** From one clean-up to the next. */
  days: number;
  /** Mean of the teeth, parts of the capacity. */
  height: number;
  /** Deviation of a tooth's height, parts of it. */
  uneven: number;
}

/** From 0 up and at once back to 0: a prune or a log rotation on its time of day. */
export function saw(draw: Draw, { days, height, uneven }: Saw): Course {
  const period = days * DAY_SECONDS;
  const phase = draw.next() * period;
  const bend = draw.between(0.7, 1.3);
  const heights: number[] = [];
  return (at) => {
    const tooth = Math.floor((at + phase) / period);
    while (heights.length <= tooth) heights.push(height * Math.max(0.2, 1 + uneven * draw.normal()));
    return (heights[tooth] as number) * ((at + phase) / period - tooth) ** bend;
  };
}
