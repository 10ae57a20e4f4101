import { type State, stateOfFill } from './fill.ts';
import type { DaysLeft, Verdict } from './forecast/forecast.ts';
import { stateOfForecast, worseState } from './forecast/state-of-forecast.ts';
import type { RowForecast } from './forecast-views.ts';
import type { Connection } from './views.ts';

/**
 * Said longer ago, a forecast is shown as of then and counts for no state and no order: connected hosts are forecast
 * each hour, so it is of a host that fell silent, or of a time in which none were made.
 */
export const CURRENT_FORECAST_HOURS = 6;
const CURRENT_FORECAST_MILLISECONDS = CURRENT_FORECAST_HOURS * 3_600_000;

/** @param saidAt when it was last said. Both in milliseconds since the epoch. */
export const isCurrentForecast = (saidAt: number, now: number): boolean =>
  now - saidAt <= CURRENT_FORECAST_MILLISECONDS;

/**
 * What is forecast of a host or of its store, where it is of the moment that is shown: the host is connected, so that what
 * was read last is of that moment, and it was said not long before. null = none was made, or it is as of then.
 *
 * @param readAt last beat, ISO 8601; null = nothing came yet.
 */
export function currentForecast(
  forecast: RowForecast | null,
  { connection, readAt }: { connection: Connection; readAt: string | null },
): RowForecast | null {
  if (connection !== 'connected' || forecast === null || readAt === null) return null;
  return isCurrentForecast(Date.parse(forecast.madeAt), Date.parse(readAt)) ? forecast : null;
}

export interface SaidForecast {
  verdict: Verdict;
  alarm: boolean;
  daysLeft: DaysLeft | null;
}

/**
 * Of a connected host or of its store: the worse of its fill and of what is said of its clocks. What was not read stays
 * unknown until a forecast says that something is wrong; one that says nothing makes nothing fine.
 *
 * @param fill of the fullest resource; null = nothing was read.
 * @param forecasts only those that are current.
 */
export function stateOfRow(fill: number | null, forecasts: readonly SaidForecast[]): State {
  return forecasts
    .map(stateOfForecast)
    .filter((state) => state !== 'ok')
    .reduce(worseState, stateOfFill(fill));
}
