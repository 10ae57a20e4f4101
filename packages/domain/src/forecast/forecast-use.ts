import {
  type DaysLeft,
  type Forecast,
  type ForecastReason,
  type ForecastSettings,
  FULL_ROOM_SHARE,
  farthestAlarmDays,
  MAX_DAYS_LEFT,
  MIN_HISTORY_DAYS,
  type Verdict,
} from './forecast.ts';
import { type HourGrid, hourGridOf, ROLLING_STEP_HOURS, rollingDaysOf } from './rolling.ts';
import { runawayOf } from './runaway.ts';
import { type Trend, type TrendDate, Z90 } from './trend.ts';
import { trendOf } from './trend-of.ts';
import { HOUR_MILLISECONDS, type UseHistory, type UsePoint } from './use-history.ts';

const HOURS_A_DAY = 24;
const DAY_MILLISECONDS = HOURS_A_DAY * HOUR_MILLISECONDS;
/** What was read last is too old to say anything of now. */
const STALE_HOURS = 24;
/** Of the logarithm of the days that a runaway has left, and of its slope: as uneven as it is, within these. */
const LEAST_RUNAWAY_SPREAD = 0.07;
const MAX_RUNAWAY_SPREAD = 0.35;
/** What an alarm keeps in hand, since it is raised at the moment when a date is the nearest. */
const MARGIN = 1.4;
/** A curve may bring a date nearer than a straight line has it, but wakes nobody before that is this near. */
const STRAIGHT_SHARE = 0.85;
/** An alarm asks what would have been said so many hours ago as well, for dates within so many days. */
const LOOK_BACK_HOURS = [8, 16];
const LOOK_BACK_HORIZON_DAYS = 14;

/**
 * What a resource does next, from what was read of it up to `now`. Pure.
 *
 * Runaways are looked for in hours (`runaway.ts`), all else in the highest and the mean of days, which daily waves and bursts do
 * not reach (`trend-of.ts`). A level that comes back again and again is told by what its clean-ups leave (`cycle.ts`). All is in
 * shares of the capacity of now, so that a resize moves the date and not the growth.
 */
export function forecastUse(history: UseHistory, { now, horizonDays }: ForecastSettings): Forecast {
  const hours = upTo(history.hours, now);
  const [first, last] = [hours[0], hours.at(-1)];
  if (!first || !last) return said('too-short', 'few-days', { window: null });
  const window = { from: first.at, to: last.at, points: hours.length };
  const { capacity } = last;
  if (capacity - last.last <= FULL_ROOM_SHARE * capacity) {
    return said('full', 'at-capacity', { window, daysLeft: { p10: 0, p50: 0, p90: 0 }, alarmFromDays: 0, alarm: true });
  }
  if (now - last.at > STALE_HOURS * HOUR_MILLISECONDS) return said('too-short', 'nothing-recent', { window });
  const grid = hourGridOf(hours, now, capacity);
  const runaway = runawayOf(grid, upTo(history.recent, now), capacity, now);
  if (runaway !== null) {
    const spread = Math.min(Math.hypot(LEAST_RUNAWAY_SPREAD, runaway.unevenness), MAX_RUNAWAY_SPREAD);
    const daysLeft = daysLeftOf(runaway.days, spread);
    const mid = runaway.slope * capacity;
    return said('filling', 'runaway', {
      ...{ window, daysLeft, alarmFromDays: runaway.days, alarm: runaway.days <= horizonDays },
      slopePerDay: spreadSlope(mid, spread),
      since: now - runaway.hours * HOUR_MILLISECONDS,
    });
  }
  const readDays = (now - first.at) / DAY_MILLISECONDS;
  const trend = readDays < MIN_HISTORY_DAYS ? null : trendBefore(grid, 0);
  if (trend === null) return said('too-short', 'few-days', { window });
  const { date } = trend;
  const { low, mid, high } = date === null ? trend.slope : spreadSlope(trend.slope.mid, date.spread);
  const slopePerDay = { low: low * capacity, mid: mid * capacity, high: high * capacity };
  if (date === null) return said(trend.verdict, trend.reason, { window, slopePerDay });
  if (date.days > MAX_DAYS_LEFT) return said('steady', 'far-off', { window, slopePerDay });
  const daysLeft = daysLeftOf(date.days, date.spread);
  const alarmFromDays = alarmDaysOf(date, grid, farthestAlarmDays(readDays));
  return said('filling', trend.reason, {
    ...{ window, daysLeft, slopePerDay, alarmFromDays, alarm: alarmFromDays !== null && alarmFromDays <= horizonDays },
    since: now - trend.lasted * DAY_MILLISECONDS,
  });
}

function said(verdict: Verdict, reason: ForecastReason, rest: Partial<Forecast> & Pick<Forecast, 'window'>): Forecast {
  return {
    verdict,
    reason,
    daysLeft: null,
    slopePerDay: null,
    since: null,
    alarmFromDays: null,
    alarm: false,
    ...rest,
  };
}

function upTo(points: readonly UsePoint[], now: number): readonly UsePoint[] {
  let length = points.length;
  while (length > 0 && (points[length - 1] as UsePoint).at > now) length -= 1;
  return length === points.length ? points : points.slice(0, length);
}

/** A date is as uncertain as the growth that leads to it. */
const spreadSlope = (mid: number, spread: number) => ({
  ...{ low: mid * Math.exp(-Z90 * spread), mid, high: mid * Math.exp(Z90 * spread) },
});

function daysLeftOf(p50: number, spread: number): DaysLeft {
  const p90 = p50 * Math.exp(Z90 * spread);
  return { p10: p50 * Math.exp(-Z90 * spread), p50, p90: p90 > MAX_DAYS_LEFT ? null : p90 };
}

/** From which horizon on it alarms: what would have been said hours ago must mostly say so too. null = from none, or beyond `farthest`. */
function alarmDaysOf(date: TrendDate, grid: HourGrid, farthest: number): number | null {
  if (!date.isSure || daysLeftOf(date.averageDays, date.growthSpread).p90 === null) return null;
  const now = surelyWithin(date);
  if (now > farthest) return null;
  if (date.averageDays > LOOK_BACK_HORIZON_DAYS) return now;
  const said = [now];
  for (const hours of LOOK_BACK_HOURS) {
    const before = trendBefore(grid, hours);
    if (before === null) continue;
    said.push(before.date === null ? Number.POSITIVE_INFINITY : surelyWithin(before.date) - hours / HOURS_A_DAY);
  }
  said.sort((one, other) => one - other);
  const days = Math.max(now, said[said.length >>> 1] as number);
  return days > farthest ? null : days;
}

/** Nine of ten times it is full within so many days. */
const surelyWithin = ({ averageDays, straightDays, growthSpread }: TrendDate): number =>
  Math.max(MARGIN * averageDays * Math.exp(Z90 * growthSpread), STRAIGHT_SHARE * straightDays);

/** null = not a whole day was read. */
function trendBefore(grid: HourGrid, hours: number): Trend | null {
  const before: HourGrid = { high: grid.high.subarray(hours), last: grid.last.subarray(hours) };
  const days = rollingDaysOf(before);
  return days.length * ROLLING_STEP_HOURS < HOURS_A_DAY ? null : trendOf(days, before);
}
