import type { ClockName, ForecastView } from '@silt/domain';
import { forecastDates } from './forecast-dates.ts';
import type { HistoryColumns } from './history-columns.ts';

/** A forecast as a panel draws it; times in seconds since the epoch. */
export interface PanelForecast {
  /** The last sample, where the lines begin. */
  start: { at: number; value: number };
  /** When it is full; null = there is no date, and nothing to draw but the change. */
  dates: { p10: number; p50: number; p90: number | null } | null;
  /** Where the lines end; null = only the dates are marked. */
  limit: number | null;
  /** Of the line that never gets there, in the unit of the series a second; stands in for a p90 that is null. */
  openSlope: number;
  /** When what goes on now began; null = no change. */
  since: number | null;
}

/** Their limit moves with other clocks: a line up to where it is today would say what nobody forecasts. */
const ROOM_CLOCKS: readonly ClockName[] = ['btrfsData', 'btrfsMetadata', 'loopBacking'];
/** Room behind the last date, as a share of what is shown. */
const PAD_SHARE = 0.03;
/** Of the range, where no date is within as much again: enough to show which way it goes. */
const GLIMPSE_SHARE = 0.25;
const DAY_SECONDS = 86_400;

const seconds = (at: string): number => Date.parse(at) / 1_000;

/** What a panel draws of a clock's forecast; null = nothing was read in the range that it could begin at. */
export function panelForecast(forecast: ForecastView, columns: HistoryColumns): PanelForecast | null {
  const row = columns.last.findLastIndex((value) => value !== null);
  const value = columns.last[row] ?? null;
  const at = columns.times[row];
  if (value === null || at === undefined) return null;
  const dates = forecast.verdict === 'full' ? null : forecastDates(forecast);
  const limit = columns.limit.findLast((one) => one !== null) ?? null;
  // Unallocated space falls to its limit.
  const direction = forecast.clock === 'btrfsUnallocated' ? -1 : 1;
  return {
    start: { at, value },
    dates: dates && {
      p10: dates.p10 / 1_000,
      p50: dates.p50 / 1_000,
      p90: dates.p90 === null ? null : dates.p90 / 1_000,
    },
    limit: ROOM_CLOCKS.includes(forecast.clock) ? null : limit,
    openSlope: (direction * (forecast.slopePerDay?.low ?? 0)) / DAY_SECONDS,
    since: forecast.since === null ? null : seconds(forecast.since),
  };
}

/** Where a chart of `from` … `to` ends, so that the dates within as much again are seen. */
export function forecastEnd(
  dates: readonly ({ p50: number; p90: number | null } | null)[],
  { from, to }: { from: number; to: number },
): number {
  const dated = dates.filter((one) => one !== null).filter(({ p50 }) => p50 > to);
  if (dated.length === 0) return to;
  const furthest = to + (to - from);
  const near = dated.filter(({ p50 }) => p50 <= furthest);
  if (near.length === 0) return to + (to - from) * GLIMPSE_SHARE;
  const last = Math.max(...near.map(({ p90 }) => p90 ?? furthest));
  return Math.min(furthest, last + (last - from) * PAD_SHARE);
}

/** The value of a line that is at the limit on a date, or of the open one (null); null = there is no line. */
export function valueOn(forecast: PanelForecast, date: number | null, at: number): number | null {
  const { start, limit, openSlope } = forecast;
  if (limit === null) return null;
  const falling = limit < start.value;
  const slope = date === null ? openSlope : (limit - start.value) / Math.max(1, date - start.at);
  const value = start.value + slope * (at - start.at);
  if (date !== null && at >= date) return limit;
  return falling ? Math.max(limit, value) : Math.min(limit, value);
}

/** The outline of p10–p90 up to `end`, as points; empty = there is none. */
export function bandOutline(forecast: PanelForecast, end: number): { at: number; value: number }[] {
  const { start, dates, limit } = forecast;
  if (dates === null || limit === null || end <= start.at) return [];
  const { p10, p90 } = dates;
  const early = Math.min(Math.max(p10, start.at), end);
  const late = Math.min(p90 ?? end, end);
  const value = (date: number | null, at: number): number => valueOn(forecast, date, at) ?? limit;
  return [
    start,
    { at: early, value: value(p10, early) },
    // Both ways, it is at the limit from p10 on.
    { at: late, value: value(p10, late) },
    { at: late, value: value(p90, late) },
  ];
}

/** What the axis must have room for; empty = nothing beyond what was measured. */
export function forecastReach(forecast: PanelForecast | null, end: number): number[] {
  return forecast === null ? [] : bandOutline(forecast, end).map(({ value }) => value);
}
