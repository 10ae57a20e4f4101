import { meanOf, squaresOf } from '../deviations.ts';

const DAYS_A_WEEK = 7;
const WEEKEND_DAYS = 2;
/** Days outside of it that must have been seen. */
const MIN_WORKDAYS = 3;
/** A day that loses more than this of the mean was cleaned up, and is no day of rest. */
const CLEANED_SHARE = 0.25;
/** Share of the days' squared deviations that it takes away, from which it is believed, and over how much more in full. */
const FROM_SHARE = 0.2;
const FULL_AFTER_SHARE = 0.2;

/** What each day of a week grows by, against the mean of the week: by age, so place 0 is the last day, as is the next one's eve. */
export type WeekShares = readonly number[];

const EVEN_WEEK: WeekShares = new Array<number>(DAYS_A_WEEK).fill(1);

/**
 * The two days running, the same in each week, on which it grows least: services rest on weekends. Which days of the calendar
 * they are does not matter.
 *
 * @param rates growth of each day before now, the youngest first
 * @returns seven shares of the mean; all 1 where no such days stand out, or less than a week was seen
 */
export function weekSharesOf(rates: readonly number[]): WeekShares {
  if (rates.length < DAYS_A_WEEK) return EVEN_WEEK;
  const mean = meanOf(rates);
  const squares = squaresOf(rates);
  let [most, at, share] = [0, 0, 1];
  for (let first = 0; first < DAYS_A_WEEK; first += 1) {
    const rest = meansOf(rates, first);
    if (rest === null || !(rest.off < rest.on) || rest.least < -CLEANED_SHARE * mean) continue;
    const explained = (rest.daysOff * (rest.off - mean) ** 2 + rest.daysOn * (rest.on - mean) ** 2) / squares;
    if (explained > most) [most, at, share] = [explained, first, Math.max(0, rest.off / rest.on)];
  }
  const strength = Math.min(1, Math.max(0, (most - FROM_SHARE) / FULL_AFTER_SHARE));
  const off = 1 - strength * (1 - share);
  const whole = (DAYS_A_WEEK - WEEKEND_DAYS + WEEKEND_DAYS * off) / DAYS_A_WEEK;
  return EVEN_WEEK.map((_, age) => (isOff(age, at) ? off : 1) / whole);
}

const isOff = (age: number, first: number): boolean => (age - first + DAYS_A_WEEK) % DAYS_A_WEEK < WEEKEND_DAYS;

/** Means of the days on and off, and the least of those off; null = too few of them. */
function meansOf(rates: readonly number[], first: number) {
  let [on, off, daysOn, daysOff, least] = [0, 0, 0, 0, Number.POSITIVE_INFINITY];
  for (const [age, rate] of rates.entries()) {
    if (isOff(age, first)) [off, daysOff, least] = [off + rate, daysOff + 1, Math.min(least, rate)];
    else [on, daysOn] = [on + rate, daysOn + 1];
  }
  const isEnough = daysOn >= MIN_WORKDAYS && daysOff > 0 && on > 0;
  return isEnough ? { on: on / daysOn, off: off / daysOff, daysOn, daysOff, least } : null;
}
