import { theilSen } from './theil-sen.ts';

const DAYS_A_WEEK = 7;
/** A week's rhythm is taken from so many weeks at most. */
const MAX_WEEKS = 4;
/** What of a week's rhythm counts when only one week was seen. */
const ONE_WEEK_STRENGTH = 0.4;
/** No weekday has more than so many times the mean. */
const MAX_WEEKDAY_SHARE = 2.5;
const MAX_STRETCHES = 6;
const MIN_STRETCHES = 3;
/** z from which growth is taken to speed up, or to slow down, and over how much more of z it comes to count in full. */
const FASTER_FROM_Z = 0.6;
const SLOWER_FROM_Z = 1.6;
const FULL_AFTER_Z = 0.7;
/** What a stretch tells of the rate now is worth half after so many days. */
const HALF_LIFE_DAYS = 12;
/** Rates fade by no more than e² a day. */
const MAX_DECAY = 2;
/** Growth that adds up to the room and less than this beyond it is taken to end before. */
const FADE_MARGIN = 1.1;
const MAX_DAYS = 731;

/**
 * Days until the rates of the days to come add up to `room`. Rates rise or fade as those before did, where several stretches of
 * them say so one after the other, and follow the week.
 *
 * @param rates growth of each day before now, the youngest first; at least one
 * @returns null = they fade out before; Infinity = not within `MAX_DAYS`.
 */
export function daysUntil(rates: readonly number[], room: number): number | null {
  const { rateNow, gain } = courseOf(rates);
  const weekly = weekdaySharesOf(rates);
  if (gain >= 0) return walk((day) => rateNow + gain * day, weekly, room);
  const base = Math.max(rateNow, Number.EPSILON);
  const decay = Math.min(-gain / Math.max(meanOf(rates, 0, rates.length), Number.EPSILON), MAX_DECAY);
  if (base / decay <= room * FADE_MARGIN) return null;
  return walk((day) => base * Math.exp(-decay * day), weekly, room);
}

/** The rate now, and what it gains or loses a day. */
function courseOf(rates: readonly number[]): { rateNow: number; gain: number } {
  const days = rates.length;
  const stretches: number[] = [];
  const width = stretchDays(days);
  for (let index = 0; (index + 1) * width <= days && index < MAX_STRETCHES; index += 1) {
    stretches.push(meanOf(rates, Math.round(index * width), Math.round((index + 1) * width)));
  }
  if (stretches.length < MIN_STRETCHES) return { rateNow: meanOf(rates, 0, days), gain: 0 };
  const isFaster = (stretches[0] as number) > (stretches.at(-1) as number);
  const beyond = Math.abs(mannKendallZ(stretches)) - (isFaster ? FASTER_FROM_Z : SLOWER_FROM_Z);
  const certainty = Math.min(1, Math.max(0, beyond / FULL_AFTER_Z));
  const times = Float64Array.from(stretches, (_, index) => -(index + 0.5) * width);
  const gain = certainty * theilSen({ times, values: stretches });
  const fading = times.map((time) => 0.5 ** (-time / HALF_LIFE_DAYS));
  const level = (index: number): number => (stretches[index] as number) - gain * (times[index] as number);
  const rateNow =
    fading.reduce((sum, weight, index) => sum + weight * level(index), 0) /
    fading.reduce((sum, weight) => sum + weight, 0);
  return { rateNow, gain };
}

/** Half weeks where there are enough of them, so that one weekend is no change. */
function stretchDays(days: number): number {
  if (days >= 14) return 3.5;
  return days >= 8 ? 2 : 1;
}

function meanOf(rates: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let day = from; day < to; day += 1) sum += rates[day] as number;
  return sum / Math.max(1, to - from);
}

function walk(rateAt: (day: number) => number, weekly: readonly number[] | null, room: number): number {
  let left = room;
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const share = weekly === null ? 1 : (weekly[day % DAYS_A_WEEK] as number);
    const rate = Math.max(0, rateAt(day + 0.5)) * share;
    if (rate >= left) return day + left / rate;
    left -= rate;
  }
  return Number.POSITIVE_INFINITY;
}

/** For each of the next seven days its share of the mean rate, as far as weeks repeat; null = no week was seen. */
function weekdaySharesOf(rates: readonly number[]): number[] | null {
  const weeks = Math.min(MAX_WEEKS, Math.floor(rates.length / DAYS_A_WEEK));
  if (weeks === 0) return null;
  const days = weeks * DAYS_A_WEEK;
  const mean = meanOf(rates, 0, days);
  if (!(mean > 0)) return null;
  const weekday = (age: number): number => DAYS_A_WEEK - 1 - (age % DAYS_A_WEEK);
  const means = new Float64Array(DAYS_A_WEEK);
  for (let age = 0; age < days; age += 1)
    means[weekday(age)] = (means[weekday(age)] as number) + (rates[age] as number) / weeks;
  const strength = weeks === 1 ? ONE_WEEK_STRENGTH : repeating(rates.slice(0, days), means, mean, weekday);
  return Array.from(means, (rate) => Math.min(MAX_WEEKDAY_SHARE, Math.max(0, 1 + strength * (rate / mean - 1))));
}

/** How much of the days' deviations from the mean is the same a week later, 0 … 1. */
function repeating(
  rates: readonly number[],
  means: Float64Array,
  mean: number,
  weekday: (age: number) => number,
): number {
  const weeks = rates.length / DAYS_A_WEEK;
  const within = rates.reduce((sum, rate, age) => sum + (rate - (means[weekday(age)] as number)) ** 2, 0);
  const between = means.reduce((sum, rate) => sum + weeks * (rate - mean) ** 2, 0);
  return between + within === 0 ? 0 : Math.max(0, (between - within / (weeks - 1)) / (between + within));
}

/**
 * How surely numbers rise with their place falling, that is towards the first: Mann–Kendall's z with its correction for
 * continuity (H. B. Mann, 1945). Ties are not corrected for.
 */
function mannKendallZ(values: readonly number[]): number {
  const count = values.length;
  let score = 0;
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 1; other < count; other += 1) {
      score += Math.sign((values[one] as number) - (values[other] as number));
    }
  }
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  return (Math.sign(score) * Math.max(0, Math.abs(score) - 1)) / deviation;
}
