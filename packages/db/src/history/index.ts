export * from './compact-hosts.ts';
export { encodeHours, HOURS_A_DAY, type Summary } from './hours-codec.ts';
export * from './keep-series.ts';
export * from './read-daily-use.ts';
export * from './read-host-events.ts';
export * from './read-item-holdings.ts';
export * from './read-items-at.ts';
export * from './read-readings-at.ts';
export * from './read-sample-spacing.ts';
export * from './read-scopes-at.ts';
export {
  type HostAddress,
  readBuckets,
  readStoreSeries,
} from './read-store-history.ts';
