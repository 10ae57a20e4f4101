import { between, logNormal, normal, type Random, wholeBetween } from '../draw.ts';
import { drawn, drawnLog, type Range } from './course.ts';

const DAYS_A_WEEK = 7;

/** Rises by 1 from one cleaning to the next. */
export interface Saw {
  /** Days. */
  period: Range;
  /** Of the period: how much one may differ from another. */
  unevenness: number;
}

interface Jobs {
  hours: Range;
  /** Deviation of the logarithm of what one leaves. */
  unevenness: number;
  /** What one leaves at a weekend, to 1 on a working day. */
  weekend: Range;
  /** What one holds at its end, and gives back, to 1 that it leaves. */
  scratch: Range;
}

/** From 0 just after a cleaning up to about 1 before the next. Cleanings leave something now and then. */
export function sawOf(random: Random, { period, unevenness }: Saw, days: number): (day: number) => number {
  const length = drawn(random, period);
  const teeth: { from: number; upTo: number; height: number }[] = [];
  for (let from = -random() * length; from < days + length; ) {
    const upTo = from + length * Math.max(0.3, 1 + (unevenness / 4) * normal(random));
    teeth.push({ from, upTo, height: ((upTo - from) / length) * logNormal(random, unevenness) });
    from = upTo;
  }
  return (day) => {
    const tooth = teeth.findLast(({ from }) => from <= day);
    return tooth ? tooth.height * Math.min(1, (day - tooth.from) / (tooth.upTo - tooth.from)) : 0;
  };
}

/** Between -1 and 1, once a day. */
export function dayWave(random: Random): (day: number) => number {
  const phase = random();
  return (day) => Math.sin(2 * Math.PI * (day + phase));
}

/** Days of work done, on average one a day: less at night, and perhaps at weekends. Never falls. */
export function workDone(random: Random, swing: Range, weekendShare: number): (day: number) => number {
  const [phase, size] = [random(), drawn(random, swing)];
  const monday = Math.floor(between(random, 0, DAYS_A_WEEK)) + phase;
  const nightly = (day: number): number => day + (size / (2 * Math.PI)) * Math.sin(2 * Math.PI * (day + phase));
  const work = (day: number): number => {
    const weeks = Math.floor((day + monday) / DAYS_A_WEEK);
    const inWeek = day + monday - weeks * DAYS_A_WEEK;
    return weeks * (5 + 2 * weekendShare) + Math.min(inWeek, 5) + Math.max(0, inWeek - 5) * weekendShare;
  };
  return (day) => (work(nightly(day)) * DAYS_A_WEEK) / (5 + 2 * weekendShare);
}

/** Days of work done, on average one a day, by a job that runs for `hours` a day and falls back to what it leaves. */
export function jobsDone(
  random: Random,
  { hours, unevenness, weekend, scratch }: Jobs,
  days: number,
): (day: number) => number {
  const [start, length, monday] = [random(), drawnLog(random, hours) / 24, wholeBetween(random, 0, DAYS_A_WEEK - 1)];
  const [weekendShare, isAtWeekend] = [drawn(random, weekend), (day: number) => (day + monday) % DAYS_A_WEEK >= 5];
  const jobs = Array.from({ length: Math.ceil(days) + 1 }, (_, place) => ({
    from: place - 1 + start,
    size:
      (DAYS_A_WEEK / (5 + 2 * weekendShare)) * (isAtWeekend(place) ? weekendShare : 1) * logNormal(random, unevenness),
  }));
  const held = drawn(random, scratch);
  const shareOf = (done: number): number => (done < 1 ? (1 + held) * Math.max(0, done) : 1);
  return (day) => jobs.reduce((sum, { from, size }) => sum + size * shareOf((day - from) / length), 0);
}

/** A value that wanders about 0 with deviation 1, and forgets in about `days`. */
export function wandering(random: Random, days: number): (day: number) => number {
  let [last, value] = [0, normal(random)];
  return (day) => {
    const kept = Math.exp(-Math.max(0, day - last) / days);
    value = kept * value + Math.sqrt(1 - kept ** 2) * normal(random);
    last = day;
    return value;
  };
}
