import type { Random } from '../draw.ts';
import { between, logNormal, normal } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

/** Share of the capacity that is used, or a part of it, at a second of trace time. Asked with rising times. */
export type Course = (at: number) => number;

export const sumOf =
  (...courses: readonly Course[]): Course =>
  (at) =>
    courses.reduce((sum, course) => sum + course(at), 0);

/** What each reading is off by, and a slow drift that forgets itself within hours; both as deviations. */
export function noise(random: Random, spread: number, driftSpread: number): Course {
  const driftHours = between(random, 2, 12);
  let [drift, last] = [0, 0];
  return (at) => {
    const kept = Math.exp(-(at - last) / HOUR_SECONDS / driftHours);
    drift = kept * drift + Math.sqrt(1 - kept ** 2) * driftSpread * normal(random);
    last = at;
    return drift + spread * normal(random);
  };
}

/** A wave over each day, highest in the afternoon. */
export function dailySwing(random: Random, amplitude: number): Course {
  const peak = between(random, 12, 18) * HOUR_SECONDS;
  return (at) => amplitude * Math.cos((2 * Math.PI * (at - peak)) / DAY_SECONDS);
}

/** Teeth from 0 up to about `depth`, each a bit other than the last, that fall within minutes. */
export function saw(random: Random, depth: number, everySeconds: number): Course {
  const ragged = between(random, 0.02, 0.15);
  let [from, upTo, height] = [-random() * everySeconds, 0, depth];
  const next = (): void => {
    upTo = from + everySeconds;
    height = depth * logNormal(random, ragged);
  };
  next();
  return (at) => {
    while (at >= upTo) {
      from = upTo;
      next();
    }
    return (height * (at - from)) / (upTo - from);
  };
}

export interface Rhythm {
  /** Share by which work hours are above the mean and nights below it. */
  day: number;
  /** Share that a day of the weekend lacks. */
  weekend: number;
  /** Deviation of the logarithm of an hour's part, and of a day's. */
  hourSpread: number;
  daySpread: number;
}

/** Work done since the start, in days of mean work: time as a host feels it. */
export function workClock(random: Random, days: number, rhythm: Rhythm): Course {
  const peak = between(random, 11, 17);
  const firstWeekday = Math.floor(7 * random());
  const done = [0];
  for (let day = 0; day < days; day += 1) {
    const isWeekend = (firstWeekday + day) % 7 >= 5;
    const ofDay = (isWeekend ? 1 - rhythm.weekend : 1) * logNormal(random, rhythm.daySpread);
    for (let hour = 0; hour < 24; hour += 1) {
      const ofHour = 1 + rhythm.day * Math.cos((2 * Math.PI * (hour - peak)) / 24);
      done.push((done.at(-1) as number) + (ofDay * ofHour * logNormal(random, rhythm.hourSpread)) / 24);
    }
  }
  return (at) => {
    const hours = Math.min(at / HOUR_SECONDS, done.length - 1);
    const hour = Math.min(Math.floor(hours), done.length - 2);
    const [low, high] = [done[hour], done[hour + 1]] as [number, number];
    return low + (high - low) * (hours - hour);
  };
}
