export * from './clocks/clock.ts';
export * from './clocks/series-history.ts';
export * from './forecast.ts';
export * from './forecast-use.ts';
export * from './state-of-forecast.ts';
export * from './use-history.ts';
export * from './use-history-collector.ts';
