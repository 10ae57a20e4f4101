import { meanOf } from '../deviations.ts';
import type { HourGrid, RollingDays } from './rolling.ts';
import { medianOf } from './theil-sen.ts';
import { turningPoints } from './turning-points.ts';

const HOURS_A_DAY = 24;
const DAYS_A_WEEK = 7;
/** Less than this of the mean rate is a day without growth. */
const SILENT_SHARE = 0.2;
/** Of growth that is younger than a week, the last day has this of the mean at least … */
const YOUNG_LAST_DAY_SHARE = 0.85;
/** … or this where so few days are left, since it need not last for long … */
const SOON_LAST_DAY_SHARE = 0.5;
const SOON_DAYS = 1.5;
/** … and of one that is younger than two, the last three days have this. */
const LAST_DAYS = 3;
const LAST_DAYS_SHARE = 0.7;
/** A rise of this share of it is like it. */
const LIKE_SHARE = 0.6;
/** A fall that takes back less than this of the rise before it is no coming back. */
const GIVEN_BACK_SHARE = 0.35;
/** How far beyond what it came back from it must go, in shares of the fall. */
const CEILING_SHARE = 0.35;
/** A fall of the last day is a clean-up when it is larger than so many usual swings of a day and this share of the capacity. */
const CLEANED_SWINGS = 2;
const CLEANED_SHARE = 0.02;

/** How many equal jumps would make a rise as uneven as it is: (Σ d)² ÷ Σ d². A single step has 1; noise has less. */
export function stepsIn(values: Float64Array, first: number, length: number): number {
  let squares = 0;
  for (let place = first + 1; place < length; place += 1) {
    squares += ((values[place] as number) - (values[place - 1] as number)) ** 2;
  }
  const rise = (values[length - 1] as number) - (values[first] as number);
  return squares > 0 && rise > 0 ? rise ** 2 / squares : 0;
}

/**
 * Whether it still grows: the last days have their part, and it was not silent for longer than it was before.
 *
 * @param left days
 */
export function goesOn(
  { times, high, length }: RollingDays,
  rates: readonly number[],
  mean: number,
  left: number,
): boolean {
  let older = length - 1;
  while (older > 0 && (times[older] as number) > -0.99) older -= 1;
  const lastDay = (high[length - 1] as number) - (high[older] as number);
  const isYoung = rates.length < DAYS_A_WEEK;
  if (isYoung && lastDay < 0.25 * mean) return false;
  const share = left <= SOON_DAYS ? SOON_LAST_DAY_SHARE : YOUNG_LAST_DAY_SHARE;
  if (isYoung && Math.max(rates[0] as number, lastDay) < share * mean) return false;
  if (rates.length < 2 * DAYS_A_WEEK) {
    if (meanOf(rates.slice(0, LAST_DAYS)) < LAST_DAYS_SHARE * mean) return false;
  }
  const isSilent = (rate: number): boolean => rate < SILENT_SHARE * mean;
  const grew = rates.findIndex((rate) => !isSilent(rate));
  return grew >= 0 && (grew <= 1 || grew <= longestRun(rates.slice(grew), isSilent));
}

function longestRun(values: readonly number[], matches: (value: number) => boolean): number {
  let [longest, run] = [0, 0];
  for (const value of values) {
    run = matches(value) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Whether it rose as much within as many days before, so that one more of them tells nothing. Of a week or more: no. */
export function hasPrecedent({ times, mean, length }: RollingDays, lasted: number, rise: number): boolean {
  if (lasted >= DAYS_A_WEEK) return false;
  for (let place = 0; place < length; place += 1) {
    const time = times[place] as number;
    if (time > -lasted) break;
    for (let older = place - 1; older >= 0 && time - (times[older] as number) <= lasted; older -= 1) {
      if ((mean[place] as number) - (mean[older] as number) > LIKE_SHARE * rise) return true;
    }
  }
  return false;
}

/** What it came back from. */
export interface Ceiling {
  /** With a margin: of the fall, and no more than half of what is left above. */
  level: number;
  /** How often it came back. */
  times: number;
}

/**
 * Null = it never came back.
 *
 * @param turn falls that are smaller are none
 */
export function ceilingOf({ high, length }: RollingDays, turn: number): Ceiling | null {
  const { peaks, troughs } = turningPoints(high, length, turn);
  const lowest = (from: number, upTo: number): number =>
    high.subarray(from, upTo).reduce((low, next) => Math.min(low, next), Number.POSITIVE_INFINITY);
  const ceiling: Ceiling = { level: 0, times: 0 };
  for (const { place, value } of peaks) {
    const from = troughs.findLast((trough) => trough.place < place)?.value ?? lowest(0, place + 1);
    const to = troughs.find((trough) => trough.place > place)?.value ?? lowest(place, length);
    if (value - to < GIVEN_BACK_SHARE * (value - from)) continue;
    const margin = Math.min(CEILING_SHARE * (value - to), (1 - value) / 2);
    ceiling.level = Math.max(ceiling.level, value + margin);
    ceiling.times += 1;
  }
  return ceiling.times === 0 ? null : ceiling;
}

/** Where the last day ends up, beside its highest. */
export interface DayEnd {
  /** The highest, or as far above the last as on a usual day of the week before: a burst of today alone is over. */
  level: number;
  /** It fell as on no day of the week before. */
  isCleaned: boolean;
}

/** @param top highest of the last day that was read. */
export function dayEndOf({ high, last }: HourGrid, top: number): DayEnd {
  const swings: number[] = [];
  let now = Number.NaN;
  for (let day = 0; day <= DAYS_A_WEEK; day += 1) {
    let [highest, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let age = day * HOURS_A_DAY; age < Math.min((day + 1) * HOURS_A_DAY, high.length); age += 1) {
      if (Number.isNaN(high[age] as number)) continue;
      if (Number.isNaN(now)) now = last[age] as number;
      highest = Math.max(highest, high[age] as number);
      lowest = Math.min(lowest, last[age] as number);
    }
    if (day > 0 && highest > Number.NEGATIVE_INFINITY) swings.push(highest - lowest);
  }
  const swing = medianOf(swings);
  const isCleaned = top - now > CLEANED_SWINGS * swing + CLEANED_SHARE;
  return { level: swings.length === 0 ? top : Math.min(top, now + swing), isCleaned };
}
