import { daysSpeedingUp, type RateAt, type Stretches } from './speeding-up.ts';
import { theilSen } from './theil-sen.ts';
import type { WeekShares } from './weekend.ts';

const DAYS_A_WEEK = 7;
/** A stretch that is all weekend tells little. */
const LEAST_SHARES = 0.2;
const MAX_STRETCHES = 6;
const MIN_STRETCHES = 3;
/** z from which growth is taken to speed up, or to slow down, and over how much more of z it comes to count in full. */
const FASTER_FROM_Z = 0.9;
const SLOWER_FROM_Z = 1.6;
const FULL_AFTER_Z = 0.7;
/** The growth of a day is the difference of two days' means, so its middle lies a day before the later one's end. */
const LAG_DAYS = 0.5;
/** What a stretch tells of the rate now is worth half after so many days; where the last is above the first, sooner. */
const HALF_LIFE_DAYS = 12;
const FASTER_HALF_LIFE_DAYS = 5;
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
export function daysUntil(rates: readonly number[], week: WeekShares, room: number): number | null {
  const stretches = stretchesOf(rates, week);
  const { means } = stretches;
  const daysAt = (rateAt: RateAt): number => walk(rateAt, week, room);
  const isFaster = means.length >= MIN_STRETCHES && (means[0] as number) > (means.at(-1) as number);
  if (isFaster) {
    const certainty = certaintyOf(means, FASTER_FROM_Z);
    if (certainty > 0) return daysSpeedingUp(stretches, certainty, (rateAt) => Math.min(daysAt(rateAt), MAX_DAYS));
  }
  const mean = meanOf(rates, week, 0, rates.length);
  const fall = isFaster || means.length < MIN_STRETCHES ? 0 : fallOf(stretches);
  const rate = Math.max(rateNowOf(stretches, { fall, mean, isFaster }), Number.EPSILON);
  const loss = Math.min(fall / Math.max(mean, Number.EPSILON), MAX_DECAY);
  if (loss > 0 && rate / loss <= room * FADE_MARGIN) return null;
  return daysAt((day) => rate * Math.exp(-loss * day));
}

/** From 0 to 1, that rates became others from stretch to stretch. */
const certaintyOf = (means: Float64Array, fromZ: number): number =>
  Math.min(1, Math.max(0, (Math.abs(mannKendallZ(means)) - fromZ) / FULL_AFTER_Z));

/** At most `MAX_STRETCHES` of equal length. */
function stretchesOf(rates: readonly number[], week: WeekShares): Stretches {
  const width = stretchDays(rates.length);
  const count = Math.min(MAX_STRETCHES, Math.floor(rates.length / width));
  const means = Float64Array.from({ length: count }, (_, index) =>
    meanOf(rates, week, Math.round(index * width), Math.round((index + 1) * width)),
  );
  return { means, times: means.map((_, index) => -(index + 0.5) * width - LAG_DAYS) };
}

/** What the rate loses a day, from 0 on. */
const fallOf = ({ means, times }: Stretches): number =>
  Math.max(0, -certaintyOf(means, SLOWER_FROM_Z) * theilSen({ times, values: means }));

/** `mean`: where there are too few stretches to tell one from another. */
function rateNowOf(
  { means, times }: Stretches,
  { fall, mean, isFaster }: { fall: number; mean: number; isFaster: boolean },
): number {
  if (means.length < MIN_STRETCHES) return mean;
  const weights = times.map((time) => 0.5 ** (-time / (isFaster ? FASTER_HALF_LIFE_DAYS : HALF_LIFE_DAYS)));
  const sum = means.reduce(
    (sum, rate, index) => sum + (weights[index] as number) * (rate + fall * (times[index] as number)),
    0,
  );
  return sum / weights.reduce((total, weight) => total + weight, 0);
}

/** Half weeks where there are enough of them, so that one weekend is no change. */
function stretchDays(days: number): number {
  if (days >= 14) return 3.5;
  return days >= 8 ? 2 : 1;
}

/** Of a whole week's mean: days off count for as much as they have. */
function meanOf(rates: readonly number[], week: WeekShares, from: number, to: number): number {
  let [sum, shares] = [0, 0];
  for (let day = from; day < to; day += 1) {
    sum += rates[day] as number;
    shares += week[day % DAYS_A_WEEK] as number;
  }
  return sum / Math.max(LEAST_SHARES, shares);
}

function walk(rateAt: (day: number) => number, week: WeekShares, room: number): number {
  let left = room;
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const share = week[DAYS_A_WEEK - 1 - (day % DAYS_A_WEEK)] as number;
    const rate = Math.max(0, rateAt(day + 0.5)) * share;
    if (rate >= left) return day + left / rate;
    left -= rate;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * How surely numbers rise with their place falling, that is towards the first: Mann–Kendall's z with its correction for
 * continuity (H. B. Mann, 1945). Ties are not corrected for.
 */
function mannKendallZ(values: Float64Array): number {
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
