import { type DaysLeft, type Forecast, type ForecastReason, type ForecastSettings, FULL_ROOM_SHARE, MAX_DAYS_LEFT, MIN_ALARM_DAYS, MIN_HISTORY_DAYS, type Verdict } from './forecast.ts';
import { type HourGrid, hourGridOf, rollingDaysOf } from './rolling.ts';
import { runawayOf } from './runaway.ts';
import { type Trend, trendOf } from './trend.ts';
import { HOUR_MILLISECONDS, type UseHistory, type UsePoint } from './use-history.ts';

const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
const Z90 = 1.2816;
const STALE_HOURS = 24;
export const FU = { runawaySpread: 0.35, alarmBound: 1, straight: 0.9, lookBack: [8, 16] };

/** What a resource does next, from what was read of it. Pure. */
export function forecastUse(history: UseHistory, { now, horizonDays }: ForecastSettings): Forecast {
  const hours = history.hours;
  const [first, last] = [hours[0], hours.at(-1)];
  const window = first && last ? { from: first.at, to: last.at, points: hours.length } : null;
  const said = (verdict: Verdict, reason: ForecastReason, rest: Partial<Forecast> = {}): Forecast => ({
    verdict,
    reason,
    daysLeft: null,
    slopePerDay: null,
    since: null,
    alarm: false,
    window,
    ...rest,
  });
  if (!first || !last) return said('too-short', 'few-days');
  const capacity = last.capacity;
  const room = capacity - last.last;
  if (room <= FULL_ROOM_SHARE * capacity) return said('full', 'at-capacity', { daysLeft: { p10: 0, p50: 0, p90: 0 }, alarm: true });
  if (now - last.at > STALE_HOURS * HOUR_MILLISECONDS) return said('too-short', 'nothing-recent');
  const grid = hourGridOf(hours, now, capacity);
  const run = runawayOf(grid, history.recent, capacity, now);
  if (run !== null) {
    const daysLeft = daysLeftOf(run.days, FU.runawaySpread);
    const mid = run.slope * capacity;
    return said('filling', 'runaway', {
      daysLeft,
      slopePerDay: { low: mid * 0.7, mid, high: mid * 1.3 },
      since: now - run.hours * HOUR_MILLISECONDS,
      alarm: run.days <= horizonDays,
    });
  }
  if (now - first.at < MIN_HISTORY_DAYS * DAY_MILLISECONDS) return said('too-short', 'few-days');
  const days = rollingDaysOf(grid);
  if (days.length < 2) return said('too-short', 'few-days');
  const trend = steadied(trendOf(days, grid), grid, horizonDays);
  const scaled = { low: trend.slope.low * capacity, mid: trend.slope.mid * capacity, high: trend.slope.high * capacity };
  if (trend.days === null || trend.days > MAX_DAYS_LEFT) {
    return said(trend.verdict === 'filling' ? 'steady' : trend.verdict, trend.reason, { slopePerDay: scaled });
  }
  const daysLeft = daysLeftOf(trend.days, trend.spread);
  return said('filling', trend.reason, {
    daysLeft,
    slopePerDay: scaled,
    since: now - trend.lasted * DAY_MILLISECONDS,
    alarm: now - first.at >= MIN_ALARM_DAYS * DAY_MILLISECONDS && trend.isSure && daysLeft.p90 !== null && Math.max(daysLeft.p90, FU.straight * (trend.straightDays ?? 0)) <= FU.alarmBound * horizonDays,
  });
}

function daysLeftOf(p50: number, spread: number): DaysLeft {
  const p90 = p50 * Math.exp(Z90 * spread);
  return { p10: p50 * Math.exp(-Z90 * spread), p50, p90: p90 > MAX_DAYS_LEFT ? null : p90 };
}

/** The median of what is said now, and of what would have been said hours ago, so that no single moment decides. */
function steadied(trend: Trend, grid: HourGrid, horizonDays: number): Trend {
  if (trend.days === null || trend.days > 2 * horizonDays) return trend;
  const said = [trend.days];
  for (const hours of FU.lookBack) {
    const before: HourGrid = { high: grid.high.subarray(hours), last: grid.last.subarray(hours) };
    const days = rollingDaysOf(before);
    if (days.length < 2) continue;
    const { days: left } = trendOf(days, before);
    said.push(left === null ? Number.POSITIVE_INFINITY : Math.max(left - hours / 24, 0.05));
  }
  said.sort((one, other) => one - other);
  const middle = said[said.length >>> 1] as number;
  return Number.isFinite(middle) ? { ...trend, days: middle } : { ...trend, isSure: false };
}
