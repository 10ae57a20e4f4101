import { between, chance, logBetween, logNormal, normal, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../family.ts';

const MINUTE_SECONDS = 60;
export const GIB = 2 ** 30;
export const MIB = 2 ** 20;

/** A share of the first capacity at a moment in seconds. */
export type Curve = (at: number) => number;

/** What a trace is made of. */
export interface Plan {
  family: string;
  resource?: string;
  days: number;
  capacity: number;
  /** The capacity is so many times the first from a moment on. */
  resize?: { at: number; factor: number };
  used: Curve;
  /** Deviation of a single reading. */
  noise: number;
  /** It is full then at the latest, and stays so; null = it never is. */
  fullAt: number | null;
}

/** When it is read: each 5 to 15 minutes, but not where the agent was away for hours, or restarted. */
function readTimes(random: Random, until: number): number[] {
  const beat = pick(random, [5, 10, 10, 15]) * MINUTE_SECONDS;
  const away = Array.from({ length: wholeBetween(random, 0, 5) }, () => {
    const from = between(random, 0, until);
    const hours = chance(random, 0.7) ? between(random, 0.3, 1) : logBetween(random, 1, 14);
    return { from, upTo: from + hours * HOUR_SECONDS };
  });
  const times: number[] = [];
  for (let at = between(random, 0, beat); at < until; at += beat * between(random, 0.9, 1.1))
    if (!away.some(({ from, upTo }) => at >= from && at < upTo)) times.push(Math.round(at));
  return times;
}

/** Readings of a curve. What it goes above the capacity by is not seen. */
export function traceOf(random: Random, plan: Plan): Trace {
  const { family, resource = 'filesystem', days, noise, resize, fullAt } = plan;
  const capacity = Math.round(plan.capacity);
  const resized = resize && { at: Math.round(resize.at), bytes: Math.round(capacity * resize.factor) };
  const capacityAt = (at: number): number => (resized && at >= resized.at ? resized.bytes : capacity);
  const tail = between(random, 2, 12) * HOUR_SECONDS;
  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  const last = fullAt === null ? days * DAY_SECONDS : Math.round(fullAt);
  for (const at of [...readTimes(random, last), ...(fullAt === null ? [] : [last])]) {
    const bytes = capacityAt(at);
    const read = Math.max(0, Math.round(capacity * (plan.used(at) + noise * normal(random))));
    const isFull = fullAt !== null && (at === last || read >= bytes);
    samples.push([at, isFull ? bytes : Math.min(read, bytes - MIB)]);
    if (!isFull) continue;
    exhaustedAt = at;
    break;
  }
  for (const after of exhaustedAt === null ? [] : readTimes(random, tail))
    samples.push([(exhaustedAt as number) + 1 + after, capacityAt(exhaustedAt as number)]);
  const capacityBytes: Trace['capacityBytes'] = [
    [0, capacity],
    ...(resized ? [[resized.at, resized.bytes] as [number, number]] : []),
  ];
  const id = `${family}-${wholeBetween(random, 0, 2 ** 40).toString(36)}`;
  return { id, family, resource, capacityBytes, samples, exhaustedAt };
}

/** From 20 GiB to 8 TiB. */
export const diskBytes = (random: Random): number => logBetween(random, 20 * GIB, 8_192 * GIB);

/** Users and jobs by day: a wave of 24 hours with its peak at any of them. */
export function dayWave(random: Random, low: number, high: number): Curve {
  const size = logBetween(random, low, high);
  const peak = between(random, 0, DAY_SECONDS);
  return (at) => size * Math.cos((2 * Math.PI * (at - peak)) / DAY_SECONDS);
}

/** Of a saw from 0 up to `height` each `period` seconds; each tooth is somewhat higher or lower. */
export function saw(random: Random, period: number, height: number, spread: number): Curve {
  const phase = between(random, 0, period);
  const teeth = Array.from({ length: 64 }, () => height * logNormal(random, spread));
  return (at) => {
    const turns = (at + phase) / period;
    return (teeth[Math.floor(turns) % teeth.length] as number) * (turns % 1);
  };
}

/** Growth from 0 at 0 to 1 at `until` as hours weigh, with days that differ by `spread`. */
export function growth(random: Random, until: number, spread: number, weight: Curve): Curve {
  const days = Array.from({ length: 40 }, () => logNormal(random, spread));
  const sums = [0];
  const hours = Math.ceil(until / HOUR_SECONDS);
  for (let hour = 0; hour < hours; hour += 1)
    sums.push((sums[hour] as number) + (days[Math.floor(hour / 24)] as number) * weight(hour * HOUR_SECONDS));
  const total = sums[hours] as number;
  return (at) => {
    const place = Math.min(hours, at / HOUR_SECONDS);
    const [low, high] = [sums[Math.floor(place)] as number, sums[Math.ceil(place)] as number];
    return (low + (high - low) * (place % 1)) / total;
  };
}
