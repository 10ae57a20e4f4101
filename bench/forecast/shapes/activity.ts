import type { Draw } from './draw.ts';
import { type Course, course, STEPS_A_DAY, STEPS_AN_HOUR } from './grid.ts';
import { wander } from './noise.ts';

export const RHYTHMS = ['even', 'office', 'evening', 'nightly'] as const;
export type Rhythm = (typeof RHYTHMS)[number];

const HOURS_A_DAY = 24;
const DAYS_A_WEEK = 7;
const FIRST_WEEKEND_DAY = 5;

/** How much is done at an hour of the day, 0 … 1, before its mean is brought to 1. */
const AT_HOUR: Record<Rhythm, (hour: number, depth: number) => number> = {
  even: () => 1,
  office: (hour, depth) => (hour >= 8 && hour < 19 ? 1 : 1 - depth),
  evening: (hour, depth) => 1 - depth * (0.5 + 0.5 * Math.cos(((hour - 20) / HOURS_A_DAY + 0.5) * 2 * Math.PI)),
  nightly: (hour, depth) => (hour >= 1 && hour < 4 ? 1 : (1 - depth) / 3),
};

export interface ActivityOptions {
  rhythm?: Rhythm;
  /** Of a weekend day, against a working day. */
  weekend?: number;
}

/** How much is done in each step, mean 1 over the course: by day and week, with good and bad days, never smooth. */
export function activity(draw: Draw, steps: number, options: ActivityOptions = {}): Course {
  const rhythm = options.rhythm ?? draw.pick(RHYTHMS);
  const weekend = options.weekend ?? (draw.chance(0.5) ? draw.between(0.7, 1.1) : draw.between(0.05, 0.7));
  const depth = draw.between(0.3, 1);
  const zoneSteps = draw.whole(0, DAYS_A_WEEK * STEPS_A_DAY - 1);
  const days = wander(draw, steps, draw.between(0.05, 0.3), draw.between(24, 96));
  const hours = wander(draw, steps, draw.between(0.1, 0.7), draw.between(0.5, 6));
  const roughness = draw.between(0.1, 1.2);
  const done = course(steps, (step) => {
    const local = step + zoneSteps;
    const hour = Math.floor(local / STEPS_AN_HOUR) % HOURS_A_DAY;
    const isWeekend = Math.floor(local / STEPS_A_DAY) % DAYS_A_WEEK >= FIRST_WEEKEND_DAY;
    const swing = Math.exp((days[step] as number) + (hours[step] as number));
    return AT_HOUR[rhythm](hour, depth) * (isWeekend ? weekend : 1) * swing * draw.lognormal(roughness);
  });
  const mean = done.reduce((sum, value) => sum + value, 0) / steps;
  return done.map((value) => value / mean);
}
