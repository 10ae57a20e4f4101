export * from './backtests.ts';
export type * from './forecast-record.ts';
export * from './forecast-rows.ts';
export * from './forecast-spans.ts';
export { lockForecastStatuses, updateForecastStatuses } from './forecast-status.ts';
export * from './hosts-to-forecast.ts';
export {
  CURRENT_FORECAST_MAX_AGE_MILLISECONDS,
  readCurrentForecasts,
  readScoredForecasts,
} from './read-forecasts.ts';
export * from './read-hour-history.ts';
export * from './score-rows.ts';
export * from './write-forecasts.ts';
