export * from './backtest-failures.ts';
export { BacktestCollector } from './backtest-result.ts';
export { BEFORE_RANGE_MILLISECONDS, type ReplaySettings, replayStore, type StoreReplay } from './replay-store.ts';
export { replayedClocks } from './replayed-clock.ts';
export { stepHoursFor } from './step-hours.ts';
