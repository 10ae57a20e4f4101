import { meanOf, squaresOf } from '../deviations.ts';
import type { HourGrid } from './rolling.ts';
import { HOUR_MILLISECONDS, type UsePoint } from './use-history.ts';

/** Growth within hours that nothing before was like. */
export interface Runaway {
  /** Shares of the capacity a day. */
  slope: number;
  /** Until full. */
  days: number;
  /** It has gone on for so long. */
  hours: number;
  /** Standard deviation of its quarters' rises, as a share of their mean. */
  unevenness: number;
}

const HOURS_A_DAY = 24;
/** Hours over which it is looked for, one after the other: in hours, of which a quarter has whole ones, and in points of ten minutes. */
const LONG_SCALES = [12, 16, 24, 36];
const FINE_SCALES = [1.25, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7.5, 9];
/** Where hours are all that is kept. */
const COARSE_SCALES = [4, 8];
/** Hours that these and a slack of theirs need. */
const COARSE_HOURS = 60;
/** Of less, it is not known what is usual. */
const MIN_HISTORY_HOURS = 72;
/** Share of the capacity that it must have risen by. */
const MIN_RISE = 0.04;
/** In each of its quarters it rises by this of an even share; in the last one by hardly less than that, since what slows down ends. */
const PARTS = 4;
const EVEN_SHARE = 0.3;
const LAST_SHARE = 0.9;

/** It must have taken this share of the room that there was before it: most copies end before that. */
const TAKEN_SHARE = 0.43;
/** What there was before it is told by the lowest level of so much more than its hours. */
const BEFORE_SHARE = 0.4;
const MAX_HOURS_LEFT = 30;
/** What has gone on for less is as likely a copy that ends: it must have taken more, and be full within this. */
const SHORT_HOURS = 3.5;
const SHORT_TAKEN_SHARE = 0.53;
const SHORT_LEFT_HOURS = 2;

/** A rise before that has this of it is like it; then it must go beyond the highest of before, by this of the largest swing. */
const LIKE_SHARE = 0.35;
const BEYOND_SHARE = 0.8;
const SWING_HOURS = 36;

/** The last point is not older, and points on the way are not further off. */
const MAX_AGE_HOURS = 1.6;
const MIN_SLACK_HOURS = 0.35;

/** @param now milliseconds since the epoch. */
export function runawayOf(grid: HourGrid, recent: readonly UsePoint[], capacity: number, now: number): Runaway | null {
  const { high } = grid;
  if (high.length < MIN_HISTORY_HOURS) return null;
  const fine: Course = {
    times: recent.map(({ at }) => (at - now) / HOUR_MILLISECONDS),
    values: recent.map(({ last }) => last / capacity),
  };
  const coarse = coarseCourse(grid);
  return (
    firstRamp(coarse, LONG_SCALES, high) ?? firstRamp(fine, FINE_SCALES, high) ?? firstRamp(coarse, COARSE_SCALES, high)
  );
}

interface Course {
  /** Hours from now, rising. */
  times: number[];
  /** Shares of the capacity. */
  values: number[];
}

/** The highest of each hour, and what was read last. */
function coarseCourse({ high, last }: HourGrid): Course {
  const course: Course = { times: [], values: [] };
  for (let age = Math.min(high.length, COARSE_HOURS) - 1; age >= 0; age -= 1) {
    if (Number.isNaN(high[age] as number)) continue;
    course.times.push(-age);
    course.values.push((age === 0 ? last[age] : high[age]) as number);
  }
  return course;
}

function firstRamp(course: Course, scales: readonly number[], high: Float64Array): Runaway | null {
  for (const hours of scales) {
    const ramp = rampOf(course, hours);
    if (ramp !== null && isUnlikeBefore(high, ramp)) return ramp;
  }
  return null;
}

interface Ramp extends Runaway {
  now: number;
  rise: number;
}

/** An even rise over the last hours that would fill it soon; null = it is none. */
function rampOf(course: Course, hours: number): Ramp | null {
  const last = course.times.at(-1);
  if (last === undefined || last < -MAX_AGE_HOURS) return null;
  const levels: number[] = [];
  for (let part = PARTS; part >= 0; part -= 1) {
    const level = levelAt(course, last - (hours * part) / PARTS, hours / PARTS);
    if (level === null) return null;
    levels.push(level);
  }
  const [start, later, now] = [levels[0], levels[1], levels[PARTS]] as [number, number, number];
  const rise = now - start;
  const rises = levels.slice(1).map((level, part) => level - (levels[part] as number));
  const isEven = rises.every((one, part) => {
    const share = part === PARTS - 1 ? LAST_SHARE : EVEN_SHARE;
    return one >= (share * rise) / PARTS;
  });
  if (!(rise >= MIN_RISE) || !isEven) return null;
  const room = Math.max(1 - now, 0);
  // It may have begun within the first quarter.
  const rate = (now - later) / (hours - hours / PARTS);
  const hoursLeft = room / rate;
  const isShort = hours < SHORT_HOURS;
  if (hoursLeft > (isShort ? SHORT_LEFT_HOURS : MAX_HOURS_LEFT)) return null;
  const before = Math.min(start, lowestWithin(course, last - (1 + BEFORE_SHARE) * hours, last - hours));
  if (now - before < (isShort ? SHORT_TAKEN_SHARE : TAKEN_SHARE) * (1 - before)) return null;
  const unevenness = Math.sqrt(squaresOf(rises) / (PARTS - 1)) / meanOf(rises);
  return { slope: rate * HOURS_A_DAY, days: hoursLeft / HOURS_A_DAY, hours, unevenness, now, rise };
}

/** The last that was read at or before a time; null = that is too long before. */
function levelAt({ times, values }: Course, time: number, slack: number): number | null {
  let place = times.length - 1;
  while (place >= 0 && (times[place] as number) > time + 0.01) place -= 1;
  const isNear = place >= 0 && time - (times[place] as number) <= Math.max(slack, MIN_SLACK_HOURS);
  return isNear ? (values[place] as number) : null;
}

/** The lowest that was read between two times; Infinity = nothing was. */
function lowestWithin({ times, values }: Course, from: number, upTo: number): number {
  const isWithin = (place: number): boolean => (times[place] as number) >= from && (times[place] as number) <= upTo;
  return values.reduce((low, value, place) => (isWithin(place) ? Math.min(low, value) : low), Number.POSITIVE_INFINITY);
}

function isUnlikeBefore(high: Float64Array, { hours, now, rise }: Ramp): boolean {
  const whole = Math.ceil(hours);
  const before = largestRise(high, whole, whole);
  if (before.rise <= LIKE_SHARE * rise) return true;
  return now >= before.highest + BEYOND_SHARE * largestRise(high, SWING_HOURS, SWING_HOURS).rise;
}

/** The largest rise within so many hours, and the highest, of what is older than `age` hours. */
function largestRise(high: Float64Array, hours: number, age: number): { rise: number; highest: number } {
  let [rise, highest] = [0, 0];
  for (let place = high.length - 1; place >= age; place -= 1) {
    const value = high[place] as number;
    if (value > highest) highest = value;
    const oldest = Math.min(place + hours, high.length - 1);
    for (let older = place + 1; older <= oldest; older += 1) {
      if (value - (high[older] as number) > rise) rise = value - (high[older] as number);
    }
  }
  return { rise, highest };
}
