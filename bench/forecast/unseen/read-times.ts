import { between, chance, logBetween, pick, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import { poisson } from './poisson.ts';

const MINUTE_SECONDS = 60;
const PERIODS_MINUTES = [1, 2, 5, 5, 5, 10, 10, 15] as const;
const MISSED_SHARE = 0.004;
const RESTARTS_A_MONTH = 1.5;
/** Hosts that were off or out of reach for hours, once in the trace. */
const OUTAGE_SHARE = 0.15;

interface Hole {
  from: number;
  upTo: number;
}

/** When a host was read, by a clock that is right: seconds, rising, with holes. */
export function readTimes(random: Random, days: number, holes: readonly Hole[] = commonHoles(random, days)): number[] {
  const period = pick(random, PERIODS_MINUTES) * MINUTE_SECONDS;
  const lag = between(random, 0, 0.1 * period);
  const times: number[] = [];
  for (let due = Math.floor(random() * period); due + period < days * DAY_SECONDS; due += period) {
    const at = Math.floor(due + lag * random());
    const isHole = holes.some(({ from, upTo }) => at >= from && at < upTo);
    if (!isHole && !chance(random, MISSED_SHARE)) times.push(at);
  }
  return times;
}

/** Restarts of minutes, now and then hours without a reading. */
export function commonHoles(random: Random, days: number): Hole[] {
  const restarts = poisson(random, (RESTARTS_A_MONTH * days) / 30);
  const outages = chance(random, OUTAGE_SHARE) ? 1 : 0;
  return [...restartHoles(random, days, restarts), ...outageHoles(random, days, outages)];
}

export const restartHoles = (random: Random, days: number, count: number): Hole[] =>
  holesOf(random, days, count, () => logBetween(random, 2, 45) * MINUTE_SECONDS);

export const outageHoles = (random: Random, days: number, count: number): Hole[] =>
  holesOf(random, days, count, () => logBetween(random, 1, 14) * HOUR_SECONDS);

function holesOf(random: Random, days: number, count: number, drawSeconds: () => number): Hole[] {
  return Array.from({ length: count }, () => {
    const from = between(random, 1, days - 1) * DAY_SECONDS;
    return { from, upTo: from + drawSeconds() };
  });
}

/** While it lasts, the host's clock is ahead by so many seconds; behind when below 0. */
export interface ClockFault extends Hole {
  ahead: number;
}

/** It ends before `days` are over. */
export function drawClockFault(random: Random, days: number, longestMinutes: number): ClockFault {
  const from = between(random, 1, days - 2) * DAY_SECONDS;
  const ahead = logBetween(random, 0.5, longestMinutes) * MINUTE_SECONDS * (chance(random, 0.6) ? 1 : -1);
  return { from, upTo: from + logBetween(random, 0.5, 24) * HOUR_SECONDS, ahead: Math.round(ahead) };
}

/** The same moments by the host's clock; they fall where it is set back. */
export const byHostClock = (times: readonly number[], faults: readonly ClockFault[]): number[] =>
  times.map((at) => at + (faults.find(({ from, upTo }) => at >= from && at < upTo)?.ahead ?? 0));
