import { between, logBetween, logNormal, wholeBetween } from '../draw.ts';
import type { Level, Random, Range } from './host.ts';

const HOURS_A_DAY = 24;
const DAYS_A_WEEK = 7;
const WORK_DAYS = 5;
/** What a prune or a rotation takes. */
const PRUNING_HOURS: Range = [0.1, 1];

/** How evenly something grows. */
export interface Pace {
  /** Deviation of the logarithm of what a day brings. */
  days: Range;
  /** The same of an hour. */
  hours: Range;
  /** Share of a day's growth that comes in its working hours only: people's, or those of a nightly job. */
  work: Range;
  /** How many those are. */
  workHours: Range;
  /** What a day of the weekend brings, of another day. */
  weekend: Range;
  /** The logarithm of what the rate grows by from its first to its last. */
  curve: Range;
}

export const EVEN: Pace = {
  days: [0.02, 0.2],
  hours: [0.05, 0.3],
  work: [0, 0.5],
  workHours: [8, 12],
  weekend: [0.8, 1],
  curve: [0, 0.1],
};

/** What was written and stays: from 0 at `from` up to 1 at `upTo`, in days, and on at the same pace. */
export function growth(random: Random, from: number, upTo: number, pace: Pace): Level {
  const [days, hours] = [between(random, ...pace.days), between(random, ...pace.hours)];
  const [work, weekend, curve] = [
    between(random, ...pace.work),
    between(random, ...pace.weekend),
    between(random, ...pace.curve),
  ];
  const workHours = wholeBetween(random, ...pace.workHours);
  const firstHour = wholeBetween(random, 0, HOURS_A_DAY - workHours);
  const monday = wholeBetween(random, 0, DAYS_A_WEEK - 1);
  const count = Math.max(1, Math.ceil((upTo - from) * HOURS_A_DAY));
  const sums = [0];
  let ofDay = 1;
  for (let hour = 0; hour < count; hour += 1) {
    const clock = Math.floor(from * HOURS_A_DAY) + hour;
    if (hour === 0 || clock % HOURS_A_DAY === 0) ofDay = logNormal(random, days);
    const isWork = clock % HOURS_A_DAY >= firstHour && clock % HOURS_A_DAY < firstHour + workHours;
    const isWeekend = (Math.floor(clock / HOURS_A_DAY) + monday) % DAYS_A_WEEK >= WORK_DAYS;
    const byClock = 1 - work + (isWork ? (work * HOURS_A_DAY) / workHours : 0);
    const weight =
      ofDay * logNormal(random, hours) * byClock * (isWeekend ? weekend : 1) * Math.exp((curve * hour) / count);
    sums.push((sums.at(-1) as number) + weight);
  }
  const total = sums.at(-1) as number;
  return (day) => {
    const share = (day - from) / (upTo - from);
    if (share >= 1) return share;
    const place = Math.max(0, share * count);
    const [low, high] = [Math.floor(place), Math.ceil(place)];
    return ((sums[low] as number) * (1 - place + low) + (sums[high] as number) * (place - low)) / total;
  };
}

/** Chunks are taken whole, before what is in them: a level in steps of `chunk`. */
export const inChunks =
  (level: Level, chunk: number): Level =>
  (day) =>
    Math.ceil(level(day) / chunk) * chunk;

/** What is pruned at about the same time each `period` days, and grows up to `height` in between; `unlike`: by how much teeth differ. */
export function saw(random: Random, days: number, period: number, height: Range, unlike: number): Level {
  const base = between(random, ...height);
  const [first, fall] = [between(random, -period, 0), between(random, ...PRUNING_HOURS) / HOURS_A_DAY];
  const heights = Array.from({ length: Math.ceil(days / period) + 2 }, () => base * logNormal(random, unlike));
  return (day) => {
    const tooth = Math.floor((day - first) / period);
    const into = day - first - tooth * period;
    const left = into < fall && tooth > 0 ? (heights[tooth - 1] as number) * (1 - into / fall) : 0;
    return ((heights[tooth] as number) * into) / period + left;
  };
}

/** Something that is written, stays for a while and is deleted. */
interface Burst {
  at: number;
  size: number;
  riseDays: number;
  stayDays: number;
}

export function bursts(some: readonly Burst[], fallDays: number): Level {
  return (day) =>
    some.reduce((total, { at, size, riseDays, stayDays }) => {
      const into = day - at;
      if (into <= 0) return total;
      const fallen = Math.max(0, into - riseDays - stayDays) / fallDays;
      return total + size * Math.max(0, Math.min(1, into / riseDays) - fallen);
    }, 0);
}

/** Bursts that come by chance, `aMonth` on average. */
export function chanceBursts(
  random: Random,
  days: number,
  { aMonth, size, riseHours, stayHours }: Record<'aMonth' | 'size' | 'riseHours' | 'stayHours', Range>,
): Burst[] {
  const count = Math.round((between(random, ...aMonth) * days) / 30);
  return Array.from({ length: count }, () => ({
    at: between(random, 0, days),
    size: logBetween(random, ...size),
    riseDays: logBetween(random, ...riseHours) / HOURS_A_DAY,
    stayDays: logBetween(random, ...stayHours) / HOURS_A_DAY,
  }));
}
