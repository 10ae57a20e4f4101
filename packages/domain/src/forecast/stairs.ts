import { meanOf, squaresOf } from '../deviations.ts';
import type { HourGrid } from './rolling.ts';

const HOURS_A_DAY = 24;
/** Older steps tell nothing of those to come. */
const MAX_AGE_HOURS = 28 * HOURS_A_DAY;
/** A change of less, of the capacity, is none. */
const LEAST_CHANGE = 0.0002;
/** Fewer are no stairs. */
const MIN_STEPS = 3;
/** Each is a whole number of the smallest, give or take this. */
const QUANTUM_SLACK = 0.15;
/** Stairs rise in no more than this of the hours. */
const RISING_SHARE = 0.2;

/** What is left after a step is nothing when it is less than this of one. */
const STEP_SLACK = 0.1;
/**
 * Some pools are full at the time of a whole step, others of the part of one that there is room for: the date lies between, and is
 * unsure by so much of what is not that part.
 */
const WHOLE_SHARE = 0.6;
const PART_SPREAD = 0.35;
/** The next step is at least this of an interval away. */
const LEAST_INTERVAL_SHARE = 0.2;

/** Growth by steps of a like size with nothing between them, as chunks are allocated. */
export interface Stairs {
  /** Of the smallest step, of the capacity. */
  step: number;
  /** Days since the last. */
  since: number;
  /** From 0, where they come by chance, to 1, where they come at even intervals. */
  regularity: number;
}

/** Null = it does not grow by like steps. A fall ends what was before it. */
export function stairsOf({ last }: HourGrid): Stairs | null {
  const [ages, sizes]: [number[], number[]] = [[], []];
  let [hours, newer, newerAge] = [0, Number.NaN, 0];
  for (let age = 0; age < Math.min(last.length, MAX_AGE_HOURS); age += 1) {
    const value = last[age] as number;
    if (Number.isNaN(value)) continue;
    hours += 1;
    const size = newer - value;
    if (size < -LEAST_CHANGE) break;
    if (size > LEAST_CHANGE) {
      ages.push(newerAge);
      sizes.push(size);
    }
    [newer, newerAge] = [value, age];
  }
  const [since] = ages;
  if (since === undefined || ages.length < MIN_STEPS || ages.length > RISING_SHARE * hours) return null;
  const step = Math.min(...sizes);
  if (sizes.some((size) => Math.abs(size / step - Math.round(size / step)) > QUANTUM_SLACK)) return null;
  return { step, since: since / HOURS_A_DAY, regularity: regularityOf(ages) };
}

/** What stairs make of a line's date. */
export interface FullOnStairs {
  days: number;
  /** Of the logarithm of the days, since the last step may be a part of one. */
  spread: number;
  /** How much of the days' unevenness is chance, from 0 to 1: even steps that are a day or more apart make all of it themselves. */
  chance: number;
}

/**
 * The last step comes the sooner the longer the one before it is ago; a line does not know that.
 *
 * @param line lineDays: until a line is full; room: of the capacity; slope: of the capacity a day
 */
export function fullOnStairs(
  { step, since, regularity }: Stairs,
  { lineDays, room, slope }: { lineDays: number; room: number; slope: number },
): FullOnStairs {
  const steps = room / step;
  const interval = lineDays / steps;
  const part = Math.max(0, Math.max(1, Math.ceil(steps - STEP_SLACK)) - steps);
  const until = interval * (steps + WHOLE_SHARE * part) - regularity * since;
  const days = Math.max(until, LEAST_INTERVAL_SHARE * interval);
  return {
    ...{ days, spread: (PART_SPREAD * part * interval) / days },
    chance: 1 - regularity * Math.min(1, step / slope),
  };
}

/** 1 less the squared coefficient of variation of the intervals, which is 1 where they are a matter of chance. */
function regularityOf(ages: readonly number[]): number {
  const intervals = ages.slice(1).map((age, place) => age - (ages[place] as number));
  return Math.max(0, 1 - squaresOf(intervals) / intervals.length / meanOf(intervals) ** 2);
}
