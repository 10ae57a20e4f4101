import { stepsIn } from './evidence.ts';
import { noiseOf } from './noise-of.ts';
import type { HourGrid } from './rolling.ts';
import { medianOf, theilSen } from './theil-sen.ts';
import { MAX_SPREAD, type Trend, type TrendDate, Z90 } from './trend.ts';
import { turningPoints } from './turning-points.ts';

const HOURS_A_DAY = 24;
const DAYS_A_WEEK = 7;
/** Falls below this share of the capacity are noise, or below so many deviations; those of less than this of the deepest do not count. */
const LEAST_FALL = 0.02;
const FALL_DEVIATIONS = 4;
const FALL_SHARE = 0.4;
/** Fewer falls, or within fewer days, are no cycle. */
const MIN_FALLS = 2;
const MIN_SPAN_DAYS = 2;
/** It has ended when the last fall is so many periods ago. */
const ENDED_PERIODS = 2.5;
/** It is broken when it goes beyond its highest top by this of its deepest fall. */
const BEYOND_SHARE = 0.25;
const RECENT_HOURS = 12;

/**
 * Floors rise when so many are in order, after so many days of a like rise (fewer are a step), with this share of pairs rising, by so
 * many deviations, or this of the deepest fall.
 */
const MIN_FLOORS = 3;
const MIN_RISING_DAYS = 2;
/** Or two are, the second above the first top, after more of them. */
const MIN_YOUNG_RISING_DAYS = 3.5;
const RISING_PAIRS = 0.75;
const RISE_DEVIATIONS = 4;
const RISE_SHARE = 0.1;
/** Tops must rise with them. */
const TOPS_SHARE = 0.2;
/** Where the tops lie that reach the capacity first. */
const TOP_QUANTILE = 0.6;
/** A top may be full so much of a period before the line through the tops is. */
const EARLY_SHARE = 0.1;
/** A level is higher than a period before at this share of its hours, or it does not grow. */
const HIGHER_SHARE = 0.9;
const MIN_COMPARED_HOURS = 12;
/** Growth from one period to the next that counts, of the deepest fall. */
const SEASON_SHARE = 0.02;

/** A shorter tooth rises by the hours of the day. */
const MIN_TOOTH_DAYS = 2;
/** The tooth that it is on has its own rate after this of a period, if that is not below this of the usual one. */
const UP_SHARE = 0.25;
const LEAST_UP_SHARE = 0.5;
/** It is full before it is pruned when it takes no more than this of the time until then. */
const BEFORE_PRUNE_SHARE = 0.9;
const TOOTH_SPREAD = 0.25;

const LEAST_SPREAD = 0.2;
const SEASON_SPREAD = 0.25;
const PHASE_SHARE = 1 / 3;
/** Tops differ, so that one is full sooner or later than their line: of the days that growth takes for a deviation of theirs. */
const SCATTER_SPREAD = 1.4;
const LEAST_DAYS = 0.25;
const CLAIM = 1.2;

/** Hours that were read, oldest first; days from now, shares of the capacity. */
interface Hours {
  length: number;
  times: Float64Array;
  high: Float64Array;
  last: Float64Array;
}

/** Its falls, oldest first: when and how high it was before, when and how low after. */
interface Cycle {
  topTimes: Float64Array;
  tops: Float64Array;
  floorTimes: Float64Array;
  floors: Float64Array;
  deepest: number;
  /** Days from the first top to the last, between two of them, and since the last. */
  span: number;
  period: number;
  since: number;
}

/** What is said of what comes back. */
export interface CycleTrend extends Trend {
  /** Days from one clean-up to the next. */
  period: number;
}

/**
 * What comes back again and again: clean-ups, rotation, a daily wave. It does not fill, unless what a clean-up leaves rises from
 * one to the next, or each hour is higher than a period before.
 *
 * @returns null = it does not come back, or has gone beyond.
 */
export function cycleOf(grid: HourGrid): CycleTrend | null {
  const hours = readHours(grid);
  const cycle = fallsOf(hours);
  if (cycle === null) return null;
  const { tops, deepest, span, period, since } = cycle;
  if (since > ENDED_PERIODS * period + 1 || span < MIN_SPAN_DAYS) return null;
  const now = hours.high.subarray(Math.max(0, hours.length - RECENT_HOURS), hours.length);
  const isBeyond = (most: number): boolean => now.some((value) => value > most + BEYOND_SHARE * deepest);
  const highest = Math.max(...tops);
  const rising = risingFloors(hours, cycle);
  if (rising !== null && !isBeyond(highest + rising.slope.mid * Math.min(since, period))) return rising;
  if (isBeyond(highest)) return null;
  return risingSeason(hours, cycle) ?? (isBack(cycle) ? comesBack(cycle) : null);
}

/** Whether the last clean-up left no more than there was before half of the earlier ones. */
const isBack = ({ tops, floors }: Cycle): boolean =>
  (floors[floors.length - 1] as number) <= medianOf(tops.subarray(0, -1));

function readHours({ high, last }: HourGrid): Hours {
  const column = (): Float64Array => new Float64Array(high.length);
  const hours: Hours = { length: 0, times: column(), high: column(), last: column() };
  for (let age = high.length - 1; age >= 0; age -= 1) {
    if (Number.isNaN(high[age] as number)) continue;
    hours.times[hours.length] = -age / HOURS_A_DAY;
    hours.high[hours.length] = high[age] as number;
    hours.last[hours.length] = last[age] as number;
    hours.length += 1;
  }
  return hours;
}

function fallsOf({ times, high, last, length }: Hours): Cycle | null {
  const { peaks, troughs } = turningPoints(
    last,
    length,
    Math.max(LEAST_FALL, FALL_DEVIATIONS * noiseOf(last, length, 1)),
  );
  const falls = peaks.flatMap((peak) => {
    const floor = troughs.find((trough) => trough.place > peak.place);
    return floor ? [{ peak, floor, depth: peak.value - floor.value }] : [];
  });
  const deepest = falls.reduce((most, { depth }) => Math.max(most, depth), 0);
  const deep = falls.filter(({ depth }) => depth >= FALL_SHARE * deepest);
  if (deep.length < MIN_FALLS) return null;
  const topTimes = Float64Array.from(deep, ({ peak }) => times[peak.place] as number);
  const [first, latest] = [topTimes[0] as number, topTimes[topTimes.length - 1] as number];
  return {
    topTimes,
    tops: Float64Array.from(deep, ({ peak }) => high[peak.place] as number),
    floorTimes: Float64Array.from(deep, ({ floor }) => times[floor.place] as number),
    floors: Float64Array.from(deep, ({ floor }) => floor.value),
    deepest,
    span: latest - first,
    period: (latest - first) / (deep.length - 1),
    since: -latest,
  };
}

/** Slope of the floors, with its error; where the tops rise about as fast, of both. */
function slopeOf({ topTimes, tops, floorTimes, floors, span }: Cycle) {
  const floor = theilSen({ times: floorTimes, values: floors });
  const top = theilSen({ times: topTimes, values: tops });
  const levels = floors.map((value, index) => value - floor * (floorTimes[index] as number));
  const deviation = deviationOf(levels);
  const error = (2 * deviation) / Math.max(1, span) / Math.sqrt(Math.max(1, floors.length / 4));
  const mid = top > 0.5 * floor && top < 2 * floor ? (top + floor) / 2 : floor;
  return { floor, top, deviation, error, slope: { low: mid - Z90 * error, mid, high: mid + Z90 * error } };
}

/** Standard deviation by the median one, which a rare outlier has hardly a part in. */
function deviationOf(values: Float64Array): number {
  const level = medianOf(values);
  return 1.4826 * medianOf(values.map((value) => Math.abs(value - level)));
}

function comesBack(cycle: Cycle): CycleTrend {
  const { slope } = slopeOf(cycle);
  return { verdict: 'steady', reason: 'comes-back', slope, lasted: lastedOf(cycle), date: null, period: cycle.period };
}

const lastedOf = ({ span, since }: Cycle): number => Math.round(span + since);

function risingFloors(hours: Hours, cycle: Cycle): CycleTrend | null {
  const { topTimes, tops, floorTimes, floors, deepest, span, period } = cycle;
  const { floor, top, deviation, error, slope } = slopeOf(cycle);
  const rise = floor * span;
  const risen = risingDays(hours, floorTimes[0] as number);
  const rises =
    (floors.length >= MIN_FLOORS ? risen >= MIN_RISING_DAYS : isYoungRise(cycle, risen)) &&
    rise > 0 &&
    top > TOPS_SHARE * floor &&
    rise >= Math.max(RISE_DEVIATIONS * deviation, RISE_SHARE * deepest) &&
    risingPairs(floorTimes, floors) >= RISING_PAIRS;
  if (!rises) return null;
  const levels = tops.map((value, index) => value - slope.mid * (topTimes[index] as number)).sort();
  const level = levels[Math.min(levels.length - 1, Math.floor(TOP_QUANTILE * levels.length))] as number;
  const averageDays = Math.max((1 - level) / slope.mid, LEAST_DAYS);
  const thisTooth = daysOfThisTooth(hours, cycle, slope.mid);
  if (thisTooth !== null) return filling(cycle, slope, { days: thisTooth, averageDays: thisTooth }, TOOTH_SPREAD);
  const days = Math.max(daysOfTop(cycle, slope.mid, averageDays), LEAST_DAYS);
  const scatter = (SCATTER_SPREAD * deviationOf(levels)) / (slope.mid * averageDays);
  const spread = Math.hypot(LEAST_SPREAD, error / slope.mid, (PHASE_SHARE * period) / averageDays);
  return filling(cycle, slope, { days, averageDays }, spread, scatter);
}

/** When the tooth that it is on is full, where it is on its way up and full well before it is to be pruned; null = it is not. */
function daysOfThisTooth(
  { last, length }: Hours,
  { floorTimes, floors, deepest, period, since }: Cycle,
  slope: number,
): number | null {
  const sinceFloor = -(floorTimes.at(-1) as number);
  if (period < MIN_TOOTH_DAYS || sinceFloor < UP_SHARE * period) return null;
  const level = last[length - 1] as number;
  const risen = (level - (floors.at(-1) as number)) / sinceFloor;
  const usual = deepest / period + slope;
  if (!(risen > LEAST_UP_SHARE * usual)) return null;
  const days = Math.max((1 - level) / risen, LEAST_DAYS);
  return days <= BEFORE_PRUNE_SHARE * (period - since) ? days : null;
}

/** When the first top after the line through the tops is full is full itself: on its way up, a little before it is the top. */
function daysOfTop({ period, since, deepest }: Cycle, slope: number, lineDays: number): number {
  const sinceTop = (lineDays + since) % period;
  if (sinceTop < EARLY_SHARE * period) return lineDays;
  const toTop = period - sinceTop;
  return lineDays + toTop - (slope * toTop) / (deepest / period + slope);
}

/** By how much it is higher than a period before, where hardly an hour is not, and it rose on many days. */
function risingSeason(hours: Hours, cycle: Cycle): CycleTrend | null {
  const { topTimes, tops, floors, deepest, period } = cycle;
  const slope = seasonSlope(hours, period);
  if (slope === null || slope * period <= SEASON_SHARE * deepest) return null;
  if (floors.length >= MIN_FLOORS && slopeOf(cycle).floor <= 0.3 * slope) return null;
  if (risingDays(hours, -Math.max(2 * period, DAYS_A_WEEK)) < MIN_RISING_DAYS) return null;
  const level = medianOf(tops.map((value, index) => value - slope * (topTimes[index] as number)));
  const days = Math.max((1 - level) / slope, LEAST_DAYS);
  const spread = Math.hypot(SEASON_SPREAD, (PHASE_SHARE * period) / Math.max(days, 1));
  return filling(cycle, { low: 0.6 * slope, mid: slope, high: 1.4 * slope }, { days, averageDays: days }, spread);
}

function filling(
  cycle: Cycle,
  slope: Trend['slope'],
  told: Pick<TrendDate, 'days' | 'averageDays'>,
  growthSpread: number,
  scatter = 0,
): CycleTrend {
  const isSure = told.averageDays <= CLAIM * (cycle.span + cycle.since);
  const date = {
    ...{ ...told, straightDays: told.averageDays, isSure },
    spread: Math.min(Math.hypot(growthSpread, scatter), MAX_SPREAD),
    growthSpread: Math.min(growthSpread, MAX_SPREAD),
  };
  const { period } = cycle;
  return { verdict: 'filling', reason: 'rising-floors', slope, lasted: lastedOf(cycle), date, period };
}

/** Two floors are few: since the first it rose on many days, and the last fall is no longer ago than the one before it was then. */
const isYoungRise = (cycle: Cycle, risen: number): boolean =>
  !isBack(cycle) && cycle.since <= cycle.period && risen >= MIN_YOUNG_RISING_DAYS;

/** How many days of a like rise it took since then; falls do not count. */
function risingDays({ times, last, length }: Hours, from: number): number {
  const risen = [0];
  let newer = length - 1;
  for (let place = newer - 1; place >= 0 && (times[place] as number) >= from; place -= 1) {
    if ((times[place] as number) > -risen.length + (times[length - 1] as number)) continue;
    risen.push((risen.at(-1) as number) + Math.max(0, (last[newer] as number) - (last[place] as number)));
    newer = place;
  }
  return stepsIn(Float64Array.from(risen), 0, risen.length);
}

/** Share of the pairs of which the later is higher. */
function risingPairs(times: Float64Array, values: Float64Array): number {
  let [rising, all] = [0, 0];
  for (let one = 0; one < values.length; one += 1) {
    for (let other = one + 1; other < values.length; other += 1) {
      if (times[other] === times[one]) continue;
      all += 1;
      if ((values[other] as number) > (values[one] as number)) rising += 1;
    }
  }
  return all === 0 ? 0 : rising / all;
}

/** Growth a day from one period to the next at the same phase; null = too many hours do not grow, or were not read. */
function seasonSlope({ times, last, length }: Hours, period: number): number | null {
  const end = times[length - 1] as number;
  if (end - (times[0] as number) < 2 * period) return null;
  const gains: number[] = [];
  let older = 0;
  for (let place = 0; place < length; place += 1) {
    const before = (times[place] as number) - period;
    if (before < end - 2 * period) continue;
    while (older + 1 < length && (times[older + 1] as number) <= before + 0.01) older += 1;
    if (Math.abs((times[older] as number) - before) <= 0.1)
      gains.push((last[place] as number) - (last[older] as number));
  }
  const higher = gains.filter((gain) => gain > 0).length;
  return gains.length < MIN_COMPARED_HOURS || higher < HIGHER_SHARE * gains.length ? null : medianOf(gains) / period;
}
