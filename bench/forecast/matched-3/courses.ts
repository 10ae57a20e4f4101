import { between, logNormal, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import type { Course } from './record.ts';

const WEEK_DAYS = 7;
const WORK_DAYS = 5;
/** Hours of a day at which people are at work. */
const WORK_HOURS: [number, number] = [8, 18];

/** Of an hour of the trace, when it began on `firstDay` of a week; 0 is Monday. */
export const isWeekend = (hour: number, firstDay: number): boolean =>
  (Math.floor(hour / 24) + firstDay) % WEEK_DAYS >= WORK_DAYS;
export const isWorkHour = (hour: number): boolean => hour % 24 >= WORK_HOURS[0] && hour % 24 < WORK_HOURS[1];

export interface Pace {
  /** Deviation of the logarithm of what a day adds. */
  daySpread: number;
  /** The same of an hour. */
  hourSpread: number;
  /** How fast it goes in an hour of the trace, against others. */
  weight: (hour: number) => number;
}

/** Grows from 0 to 1 within `seconds`, never falls, not each hour alike; then stays. */
export function growth(random: Random, seconds: number, { daySpread, hourSpread, weight }: Pace): Course {
  const hours = Math.ceil(seconds / HOUR_SECONDS);
  const days = Array.from({ length: Math.ceil(hours / 24) }, () => logNormal(random, daySpread));
  const sums = [0];
  for (let hour = 0; hour < hours; hour += 1)
    sums.push(
      (sums[hour] as number) + (days[Math.floor(hour / 24)] as number) * logNormal(random, hourSpread) * weight(hour),
    );
  const at = (second: number): number => {
    const place = Math.min(hours, Math.max(0, second / HOUR_SECONDS));
    const [below, above] = [sums[Math.floor(place)], sums[Math.ceil(place)]] as [number, number];
    return below + (above - below) * (place % 1);
  };
  const whole = at(seconds);
  return (second) => at(Math.min(second, seconds)) / whole;
}

/** Rises by about `height` in each period and is cleaned away at its end; no two teeth are alike. */
export function saw(random: Random, seconds: number, height: number, uneven: number): Course {
  const phase = random() * seconds;
  const teeth = new Map<number, number>();
  return (at) => {
    const [tooth, place] = [Math.floor((at + phase) / seconds), ((at + phase) % seconds) / seconds];
    if (!teeth.has(tooth)) teeth.set(tooth, between(random, 1 - uneven, 1 + uneven));
    return height * (teeth.get(tooth) as number) * place;
  };
}

/** A day's swing, from -height to height. */
export function daily(random: Random, height: number): Course {
  const phase = random() * DAY_SECONDS;
  return (at) => height * Math.sin((2 * Math.PI * (at + phase)) / DAY_SECONDS);
}

/** In steps of `chunk`, always at least what is asked. */
export const inChunks =
  (course: Course, chunk: number): Course =>
  (at) =>
    Math.ceil(course(at) / chunk) * chunk;
