import { between, logNormal, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

/** A share that rises from 0 at the start to 1 at `full`. */
export type Course = (at: number) => number;

const HOURS_A_DAY = 24;

export interface Pace {
  /** Deviation of the logarithm of a day's growth, and of an hour's. */
  daySpread: number;
  hourSpread: number;
  /** How much more comes at the busiest hour of a day than on average; 0 … 1. */
  dayNight: number;
  /** Of a weekday's growth, what comes on a Saturday or Sunday. */
  weekend?: number;
  /** How the pace changes up to `full`, of which the argument is a share. */
  trend?: (share: number) => number;
}

/** Growth that no two days have the same of, hour by hour. */
export function growth(random: Random, full: number, pace: Pace): Course {
  const { daySpread, hourSpread, dayNight, weekend = 1, trend = () => 1 } = pace;
  const busiest = between(random, 0, HOURS_A_DAY);
  const firstDay = Math.floor(between(random, 0, 7));
  const hours = Math.ceil(full / HOUR_SECONDS) + HOURS_A_DAY * 2;
  const sums = [0];
  let today = 1;
  for (let hour = 0; hour < hours; hour += 1) {
    if (hour % HOURS_A_DAY === 0) today = logNormal(random, daySpread);
    const weekday = (firstDay + Math.floor(hour / HOURS_A_DAY)) % 7;
    const daily = 1 + dayNight * Math.cos((2 * Math.PI * (hour - busiest)) / HOURS_A_DAY);
    const factor = today * logNormal(random, hourSpread) * daily * (weekday >= 5 ? weekend : 1);
    sums.push((sums.at(-1) as number) + factor * trend((hour * HOUR_SECONDS) / full));
  }
  const sumAt = (at: number): number => {
    const hour = Math.min(hours - 1, Math.floor(at / HOUR_SECONDS));
    const [low, high] = [sums[hour], sums[hour + 1]] as [number, number];
    return low + (high - low) * (at / HOUR_SECONDS - hour);
  };
  const whole = sumAt(full);
  return (at) => sumAt(at) / whole;
}

export interface Saw {
  hours: [number, number];
  /** Deviation of the logarithm of a round's height. */
  spread: number;
  /** Share of a round in which it rises; then it stays until it falls. */
  rising?: number;
}

/** From 0 up to about 1 again and again; each trace has its own length of a round, each round its own height. */
export function saw(random: Random, days: number, { hours, spread, rising = 1 }: Saw): Course {
  const period = between(random, ...hours) * HOUR_SECONDS;
  const phase = random();
  const heights = Array.from({ length: Math.ceil((days * DAY_SECONDS) / period) + 1 }, () => logNormal(random, spread));
  return (at) => {
    const rounds = Math.max(0, at / period + phase);
    return (heights[Math.floor(rounds)] ?? 1) * Math.min(1, (rounds % 1) / rising);
  };
}

/** A wave through the day, and through the week. */
export const wave =
  (periodDays: number, phase: number): Course =>
  (at) =>
    Math.sin(2 * Math.PI * (at / DAY_SECONDS / periodDays + phase));

/** Whole chunks are taken. */
export const inChunks =
  (course: Course, chunk: number): Course =>
  (at) =>
    Math.floor(course(at) / chunk) * chunk;
