import { meanOf, squaresOf } from '../deviations.ts';
import type { RollingDays } from './rolling.ts';
import { segmentsOf } from './segments.ts';
import { turningPoints } from './turning-points.ts';

/** Older days tell nothing of the rate now. */
const MAX_RATE_DAYS = 28;
const SLACK_DAYS = 0.25;
/** Deviations below this share of the capacity are no reason to see a change. */
const LEAST_NOISE = 0.0005;
/** A stretch before belongs to the growth when it grew at this share of the last one's rate, for so long. */
const JOINED_SHARE = 0.1;
const JOINED_DAYS = 1.5;
/** A clean-up that stands alone has this of the rates' squared deviations, within so many days: one at noon has two. */
const CLEAN_UP_SHARE = 0.8;
const CLEAN_UP_DAYS = 2;
const MIN_OTHER_DAYS = 2;

/** How it has grown since it grows as it does. */
export interface DayRates {
  /** Place of the first of the rolling days that belongs to it. */
  first: number;
  /** Growth of each whole day, the youngest first, in shares of the capacity; empty = less than a day. */
  rates: number[];
}

/**
 * From the last change of slope or level that is no mere change of speed, and not from before the last trough.
 *
 * @param turn a fall that is larger than this ends what was before it
 */
export function dayRatesOf(days: RollingDays, { noise, turn }: { noise: number; turn: number }): DayRates {
  const { times, high, mean, length } = days;
  const segments = segmentsOf(times, mean, length, Math.max(noise, LEAST_NOISE));
  const last = segments.at(-1);
  let first = last?.first ?? 0;
  for (const before of segments.slice(0, -1).reverse()) {
    const drop = (mean[before.last] as number) - (mean[before.last + 1] as number);
    const span = (times[before.last] as number) - (times[before.first] as number);
    if (!(before.slope > JOINED_SHARE * (last?.slope ?? 0)) || drop > turn || span < JOINED_DAYS) break;
    first = before.first;
  }
  const { peaks, troughs } = turningPoints(high, length, turn);
  const trough = troughs.at(-1);
  if (trough && trough.place > first && trough.place > (peaks.at(-1)?.place ?? -1)) first = trough.place;
  return { first, rates: withoutCleanUp(ratesSince(days, -(times[first] as number))) };
}

function ratesSince({ times, mean, length }: RollingDays, since: number): number[] {
  const rates: number[] = [];
  let newer = length - 1;
  while (rates.length < MAX_RATE_DAYS) {
    const time = (times[newer] as number) - 1;
    if (-time > since + SLACK_DAYS) break;
    let older = newer - 1;
    while (older > 0 && (times[older] as number) > time) older -= 1;
    if (older < 0) break;
    const span = (times[newer] as number) - (times[older] as number);
    const rate = ((mean[newer] as number) - (mean[older] as number)) / span;
    // Over a hole all days have the same.
    for (let day = 0; day < Math.max(1, Math.round(span)) && rates.length < MAX_RATE_DAYS; day += 1) rates.push(rate);
    newer = older;
  }
  return rates;
}

/** Rates with those of a single clean-up, if there is one before the last day, as the others are: the days to come have none. */
function withoutCleanUp(rates: number[]): number[] {
  if (rates.length < CLEAN_UP_DAYS + MIN_OTHER_DAYS) return rates;
  const most = (1 - CLEAN_UP_SHARE) * squaresOf(rates);
  for (let first = 1; first < rates.length; first += 1) {
    const isIn = (age: number): boolean => age >= first && age < first + CLEAN_UP_DAYS;
    const others = rates.filter((_, age) => !isIn(age));
    if (squaresOf(others) > most || !rates.some((rate, age) => isIn(age) && rate < 0)) continue;
    const usual = meanOf(others);
    return rates.map((rate, age) => (isIn(age) ? usual : rate));
  }
  return rates;
}
