import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { between, type Random, waitOf } from './draw.ts';

const WEEK_DAYS = 7;
const FIRST_DAY_OFF = 5;
const EVENTS_MOST = 5_000;

/** Which hour and weekday a second of the trace is: each trace begins at another moment of the week. */
export interface Calendar {
  /** From 0 up to 24. */
  hourOf(seconds: number): number;
  /** 0 is Monday. */
  weekdayOf(seconds: number): number;
  isWorkday(seconds: number): boolean;
}

export function calendarOf(random: Random): Calendar {
  const begin = between(random, 0, WEEK_DAYS * DAY_SECONDS);
  const weekdayOf = (seconds: number) => Math.floor((begin + seconds) / DAY_SECONDS) % WEEK_DAYS;
  return {
    hourOf: (seconds) => ((begin + seconds) % DAY_SECONDS) / HOUR_SECONDS,
    weekdayOf,
    isWorkday: (seconds) => weekdayOf(seconds) < FIRST_DAY_OFF,
  };
}

/** 0 at night, 1 at the height of the working day, a third of it on days off. */
export function activityOf(calendar: Calendar, seconds: number): number {
  const hour = calendar.hourOf(seconds);
  const daylight = Math.max(0, Math.sin(((hour - 7) / 13) * Math.PI));
  return hour < 7 || hour > 20 ? 0 : daylight * (calendar.isWorkday(seconds) ? 1 : 1 / 3);
}

/** Moments from 0 to the end of the trace, each `everySeconds`, up to `jitterSeconds` late. */
export function regularMoments(
  random: Random,
  days: number,
  { everySeconds, jitterSeconds }: { everySeconds: number; jitterSeconds: number },
): number[] {
  const moments: number[] = [];
  const first = between(random, 0, everySeconds);
  for (let at = first; at < days * DAY_SECONDS && moments.length < EVENTS_MOST; at += everySeconds) {
    moments.push(at + between(random, 0, jitterSeconds));
  }
  return moments;
}

/** Moments that know nothing of each other, `meanGapSeconds` apart in the mean. */
export function randomMoments(random: Random, days: number, meanGapSeconds: number): number[] {
  const moments: number[] = [];
  for (
    let at = waitOf(random, meanGapSeconds);
    at < days * DAY_SECONDS && moments.length < EVENTS_MOST;
    at += waitOf(random, meanGapSeconds)
  ) {
    moments.push(at);
  }
  return moments;
}
