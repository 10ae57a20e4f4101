import type { HourGrid } from './rolling.ts';
import { HOUR_MILLISECONDS, type UsePoint } from './use-history.ts';

/** Growth within hours that nothing before was like. Shares of the capacity, days. */
export interface Runaway {
  /** Per day. */
  slope: number;
  days: number;
  hours: number;
}

/** The first ones are looked at in ten minutes. */
const FINE_SCALES_HOURS = [1.5, 2, 3, 4.5, 6, 9];
const SCALES_HOURS = [3, 4, 6, 9, 12, 18, 24, 36];
export const R = {
  minRise: 0.04, unlike: 0.7, claim: 1.05, longHours: 6, soonHours: 2, beyond: 0.8, maxHours: 30, minHistoryHours: 120, parts: 4, even: 0.4,
};

export function runawayOf({ high }: HourGrid, recent: readonly UsePoint[], capacity: number, now: number): Runaway | null {
  if (high.length < R.minHistoryHours) return null;
  const coarse: Series = { times: [], values: [] };
  for (let age = Math.min(high.length, 60) - 1; age >= 0; age -= 1) {
    if (Number.isNaN(high[age] as number)) continue;
    coarse.times.push(-age);
    coarse.values.push(high[age] as number);
  }
  const fine: Series = {
    times: recent.map(({ at }) => (at - now) / HOUR_MILLISECONDS),
    values: recent.map(({ last }) => last / capacity),
  };
  for (const [series, scales] of [[fine, FINE_SCALES_HOURS], [coarse, SCALES_HOURS]] as const) {
    for (const hours of scales) {
      const found = rampOf(series, hours, high);
      if (found !== null) return found;
    }
  }
  return null;
}

interface Series {
  /** Hours from now, rising. */
  times: number[];
  values: number[];
}

function rampOf(series: Series, hours: number, high: Float64Array): Runaway | null {
  const last = series.times.at(-1);
  if (last === undefined || last < -1.6) return null;
  const now = series.values.at(-1) as number;
  const borders: number[] = [];
  for (let part = R.parts; part >= 0; part -= 1) {
    const value = valueAt(series, last - (hours * part) / R.parts, hours / R.parts);
    if (value === null) return null;
    borders.push(value);
  }
  const rise = now - (borders[0] as number);
  if (!(rise >= R.minRise)) return null;
  for (let part = 1; part <= R.parts; part += 1) {
    if ((borders[part] as number) - (borders[part - 1] as number) < (R.even * rise) / R.parts) return null;
  }
  const late = (2 * (now - (borders[R.parts / 2] as number))) / hours;
  const slope = Math.max(late, 1e-9);
  const left = Math.max(1 - now, 0) / slope;
  const most = hours >= R.longHours ? Math.max(R.claim * hours, R.soonHours) : R.soonHours;
  if (left > Math.min(most, R.maxHours)) return null;
  const whole = Math.ceil(hours);
  const before = precedentOf(high, whole);
  if (before.rise > R.unlike * rise) {
    const swing = precedentOf(high, Math.max(whole, 36)).rise;
    if (now < before.highest + R.beyond * swing) return null;
  }
  return { slope: slope * 24, days: left / 24, hours };
}

/** The last that was read at or before a time, not older than `slack` hours. */
function valueAt({ times, values }: Series, time: number, slack: number): number | null {
  let place = times.length - 1;
  while (place >= 0 && (times[place] as number) > time + 0.01) place -= 1;
  if (place < 0 || time - (times[place] as number) > Math.max(slack, 0.35)) return null;
  return values[place] as number;
}

/** The greatest rise within as many hours before, and the highest of all. */
function precedentOf(high: Float64Array, hours: number): { rise: number; highest: number } {
  let [rise, highest] = [0, 0];
  for (let age = high.length - 1; age >= hours; age -= 1) {
    const value = high[age] as number;
    if (Number.isNaN(value)) continue;
    if (value > highest) highest = value;
    for (let older = age + 1; older <= Math.min(age + hours, high.length - 1); older += 1) {
      if (value - (high[older] as number) > rise) rise = value - (high[older] as number);
    }
  }
  return { rise, highest };
}
