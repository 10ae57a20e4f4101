import { between, logBetween, normal, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../family.ts';

/** A share of the first capacity, or a part of it, at a moment of trace time in seconds. */
export type Curve = (at: number) => number;

export const GIB = 2 ** 30;
const MINUTE_SECONDS = 60;
/** Of the reading, for a restart or worse. */
const MOST_HOLES = 2;
/** What is not to exhaust stays under it, whatever its noise. */
const HIGHEST_CALM = 0.995;

/** What is recorded, by the family. */
export interface Recorded {
  family: string;
  resource?: string;
  /** What the shares are of; one of a usual filesystem when it is not given. */
  bytes?: number;
  /** Days from the beginning, and what then is the capacity, as a share of the first. */
  resizes?: readonly [day: number, share: number][];
  exhausts: boolean;
  curve: Curve;
  /** Deviation of a single reading. */
  noise: number;
  /** The host's clock was behind for some hours. */
  hasClockStep?: boolean;
}

const filesystemBytes = (random: Random): number => Math.round(logBetween(random, 20, 4_000)) * GIB;

/** Reads a curve each 5 to 15 minutes, with holes; one that exhausts until some hours after it did. */
export function record(random: Random, days: number, recorded: Recorded): Trace {
  const { family, resource = 'filesystem', bytes = filesystemBytes(random), resizes = [], curve, noise } = recorded;
  const capacityBytes: [number, number][] = [
    [0, bytes],
    ...resizes.map(([day, share]): [number, number] => [Math.round(day * DAY_SECONDS), Math.round(share * bytes)]),
  ];
  const id = `${family}-${Math.floor(random() * 2 ** 32).toString(16)}`;
  const stayHours = between(random, 4, 30);
  const samples: [number, number][] = [];
  let exhaustedAt: number | null = null;
  for (const at of readingTimes(random, days)) {
    if (exhaustedAt !== null && at > exhaustedAt + stayHours * HOUR_SECONDS) break;
    const capacity = (capacityBytes.findLast(([since]) => since <= at) as [number, number])[1];
    const used = Math.round(bytes * Math.max(0, curve(at) + noise * normal(random)));
    const isFull = used >= capacity || exhaustedAt !== null;
    if (isFull && recorded.exhausts) exhaustedAt ??= at;
    samples.push([at, recorded.exhausts && isFull ? capacity : Math.min(used, Math.floor(HIGHEST_CALM * capacity))]);
  }
  if (recorded.hasClockStep) stepClock(random, samples);
  return { id, family, resource, capacityBytes, samples, exhaustedAt };
}

function readingTimes(random: Random, days: number): number[] {
  const beat = between(random, 5, 15) * MINUTE_SECONDS;
  const holes = Array.from({ length: wholeBetween(random, 0, MOST_HOLES) }, () => {
    const from = between(random, 0, days) * DAY_SECONDS;
    return { from, upTo: from + logBetween(random, 0.3, 8) * HOUR_SECONDS };
  });
  const times: number[] = [];
  for (let at = random() * beat; at < days * DAY_SECONDS; at += beat * between(random, 0.9, 1.1))
    if (!holes.some(({ from, upTo }) => at > from && at < upTo)) times.push(Math.round(at));
  return times;
}

/** What was read while the clock was behind has too early a time. That is long before anything is full. */
function stepClock(random: Random, samples: [number, number][]): void {
  const first = Math.floor(samples.length * between(random, 0.1, 0.6));
  const last = first + wholeBetween(random, 6, 40);
  const behind = Math.round(between(random, 0.2, 3) * HOUR_SECONDS);
  for (const sample of samples.slice(first, last)) sample[0] = Math.max(0, sample[0] - behind);
}

/** How unevenly something grows. */
export interface Pace {
  /** Deviations of the logarithm of what an hour, and a day, takes. */
  hourSpread: number;
  daySpread: number;
  /** What the quiet half of a day takes, as a share of the busy one. */
  night?: number;
  /** What a day of the weekend takes, as a share of another. */
  weekend?: number;
}

/** From 0 at the beginning to 1 at `fullAt`, and on in the same manner; `weight` is how fast it is at a moment. */
export function growth(random: Random, days: number, fullAt: number, pace: Pace, weight: Curve = () => 1): Curve {
  const { hourSpread, daySpread, night = 1, weekend = 1 } = pace;
  const [busyFrom, firstDay] = [wholeBetween(random, 0, 23), wholeBetween(random, 0, 6)];
  let dayFactor = 1;
  const sums = [0];
  for (let hour = 0; hour <= days * 24; hour += 1) {
    if (hour % 24 === 0) dayFactor = Math.exp(daySpread * normal(random));
    const isNight = (hour + busyFrom) % 24 >= 12;
    const isWeekend = (Math.floor(hour / 24) + firstDay) % 7 >= 5;
    const factor = (isNight ? night : 1) * (isWeekend ? weekend : 1) * dayFactor;
    const amount = factor * Math.exp(hourSpread * normal(random)) * weight((hour + 0.5) * HOUR_SECONDS);
    sums.push((sums[hour] as number) + amount);
  }
  const at = hourly(sums);
  const whole = at(fullAt);
  return (moment) => at(moment) / whole;
}

/** Straight between the values at whole hours. */
export function hourly(values: readonly number[]): Curve {
  return (at) => {
    const hour = Math.min(values.length - 2, Math.max(0, Math.floor(at / HOUR_SECONDS)));
    const [from, to] = [values[hour] as number, values[hour + 1] as number];
    return from + (to - from) * (at / HOUR_SECONDS - hour);
  };
}

/** Comes and goes around 0 with a deviation, and forgets within some hours. */
export function wander(random: Random, days: number, deviation: number, hours: number): Curve {
  const kept = Math.exp(-1 / hours);
  let value = deviation * normal(random);
  const values = Array.from({ length: days * 24 + 2 }, () => {
    value = kept * value + Math.sqrt(1 - kept ** 2) * deviation * normal(random);
    return value;
  });
  return hourly(values);
}

/** Up and down once in so many days. */
export function swing(random: Random, amplitude: number, periodDays: number): Curve {
  const phase = random() * 2 * Math.PI;
  return (at) => amplitude * Math.sin((2 * Math.PI * at) / (periodDays * DAY_SECONDS) + phase);
}

/** Rises by `height` in a period and falls back at once. No two teeth are quite as high. */
export function saw(random: Random, height: number, periodDays: number, spread = 0.08): Curve {
  const phase = random();
  const heights = Array.from({ length: 64 }, () => height * Math.max(0.3, 1 + spread * normal(random)));
  return (at) => {
    const teeth = at / DAY_SECONDS / periodDays + phase;
    return (heights[Math.floor(teeth) % heights.length] as number) * (teeth % 1);
  };
}

/** In whole steps of a size. */
export const inSteps =
  (curve: Curve, size: number): Curve =>
  (at) =>
    Math.floor(curve(at) / size) * size;

export const sum =
  (...curves: readonly Curve[]): Curve =>
  (at) =>
    curves.reduce((total, curve) => total + curve(at), 0);
