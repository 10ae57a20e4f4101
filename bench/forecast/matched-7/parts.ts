import { between, logNormal, normal, type Random } from '../draw.ts';
import { DAY, HOUR, type Use } from './host.ts';

/** A straight line between what is known at each `step`; at both ends it holds. */
function through(values: readonly number[], step: number): Use {
  return (at) => {
    const place = Math.min(values.length - 1, Math.max(0, at / step));
    const [low, part] = [Math.floor(place), place % 1];
    const from = values[low] as number;
    return from + part * ((values[low + 1] ?? from) - from);
  };
}

/** What wanders about 0, and forgets in `hours`. */
export function wander(random: Random, days: number, deviation: number, hours: number): Use {
  const kept = Math.exp(-1 / hours);
  const values = [deviation * normal(random)];
  while (values.length <= days * 24)
    values.push(kept * (values.at(-1) as number) + Math.sqrt(1 - kept ** 2) * deviation * normal(random));
  return through(values, HOUR);
}

export interface Pace {
  /** When the growth begins, and when it has reached 1; it goes on from there. Seconds. */
  from: number;
  to: number;
  /** Deviation of the logarithm of what `stepHours` add. */
  spread: number;
  stepHours: number;
  /** 0 = as much by night as by day, 1 = nothing in the middle of the night. */
  nightly?: number;
  /** Of what a weekday adds; 1 = as much. */
  weekend?: number;
  /** ln of how many times faster it is at the end than at the beginning; negative = it gets slower. */
  bend?: number;
}

/** Growth from 0 at `from` to 1 at `to`, by fits and starts. */
export function growth(random: Random, days: number, pace: Pace): Use {
  const { from, to, spread, stepHours, nightly = 0, weekend = 1, bend = 0 } = pace;
  const [monday, noon] = [between(random, 0, 7), between(random, 0, 1)];
  const values = [0];
  let luck = 1;
  for (let hour = 0; hour < days * 24; hour += 1) {
    if (hour % stepHours === 0) luck = logNormal(random, spread);
    const day = hour / 24;
    const isWeekend = (day + monday) % 7 >= 5;
    const swing = 1 + nightly * Math.cos(2 * Math.PI * (day - noon));
    const curve = Math.exp(bend * Math.min(1, Math.max(0, (hour * HOUR - from) / (to - from))));
    const isOn = Math.min(1, Math.max(0, hour + 1 - from / HOUR));
    values.push((values.at(-1) as number) + isOn * luck * swing * curve * (isWeekend ? weekend : 1));
  }
  const grown = through(values, HOUR);
  const whole = grown(to);
  return (at) => grown(at) / whole;
}

/** From −1 to 1 over a day, with its top at a time drawn. */
export function dailySwing(random: Random): Use {
  const top = between(random, 0, 1);
  return (at) => Math.cos(2 * Math.PI * (at / DAY - top));
}

/** From −1 on weekends to 1 late in the working week. */
export function weeklySwing(random: Random): Use {
  const top = between(random, 0, 7);
  return (at) => Math.cos((2 * Math.PI * (at / DAY - top)) / 7);
}

/** Grows evenly from 0 and drops back at the end of each period; tops differ by `spread`, drawn for each. */
export function saw(random: Random, days: number, periodDays: number, spread: number): Use {
  const phase = between(random, 0, 1);
  const tops = Array.from({ length: Math.ceil(days / periodDays) + 2 }, () => logNormal(random, spread));
  return (at) => {
    const cycle = at / (periodDays * DAY) + phase;
    return (cycle % 1) * (tops[Math.floor(cycle)] ?? 1);
  };
}
