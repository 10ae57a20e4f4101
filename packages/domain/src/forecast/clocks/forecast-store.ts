import type { Forecast, ForecastSettings } from '../forecast.ts';
import { forecastUse } from '../forecast-use.ts';
import { HOUR_MILLISECONDS, MAX_FORECAST_HOURS, RECENT_HOURS, type UseHistory, type UsePoint } from '../use-history.ts';
import type { ClockForecast, StoreForecast } from './clock.ts';
import { stopsWrites } from './clock-series.ts';
import { laterOf } from './later-of.ts';
import type { ClockHistory, StoreClocks } from './store-clocks.ts';

/** What each clock says at `settings.now`, from the points up to then; clocks without any are left out. */
export function forecastStore(clocks: StoreClocks, settings: ForecastSettings): StoreForecast {
  const forecasts = clocks.flatMap((clock) => forecastClock(clock, settings) ?? []);
  let earliest: StoreForecast['earliest'] = null;
  for (const { clock, stops, daysLeft } of forecasts) {
    if (!stops || daysLeft === null) continue;
    if (earliest === null || daysLeft.p50 < earliest.daysLeft.p50) earliest = { clock, daysLeft };
  }
  return { clocks: forecasts, earliest };
}

function forecastClock({ clock, use, inChunks }: ClockHistory, settings: ForecastSettings): ClockForecast | null {
  const history = historyAt(use, settings.now);
  const last = lastOf(history);
  if (last === null) return null;
  const room = forecastUse(history, settings);
  const forecast = isStaged(room, inChunks) ? laterOf(room, inChunksAt(inChunks, settings)) : room;
  const isShort = forecast.verdict === 'too-short';
  return {
    ...forecast,
    ...{ clock, stops: stopsWrites(clock) },
    ...{ used: isShort ? null : last.last, capacity: isShort ? null : last.capacity },
  };
}

/** Only a date can come later. */
function isStaged({ daysLeft }: Forecast, inChunks: UseHistory | null): inChunks is UseHistory {
  return daysLeft !== null && inChunks !== null;
}

function inChunksAt(inChunks: UseHistory, settings: ForecastSettings): Forecast {
  return forecastUse(historyAt(inChunks, settings.now), settings);
}

/** As far back as a forecast looks, and nothing later than `now`. */
function historyAt({ hours, recent }: UseHistory, now: number): UseHistory {
  return {
    hours: within(hours, now - MAX_FORECAST_HOURS * HOUR_MILLISECONDS, now),
    recent: within(recent, now - RECENT_HOURS * HOUR_MILLISECONDS, now),
  };
}

function lastOf({ hours, recent }: UseHistory): UsePoint | null {
  const [hour, slot] = [hours.at(-1) ?? null, recent.at(-1) ?? null];
  if (hour === null || slot === null) return hour ?? slot;
  return slot.at > hour.at ? slot : hour;
}

function within(points: readonly UsePoint[], after: number, upTo: number): UsePoint[] {
  return points.slice(firstAfter(points, after), firstAfter(points, upTo));
}

/** Place of the first point later than `at`. */
function firstAfter(points: readonly UsePoint[], at: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.at ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
