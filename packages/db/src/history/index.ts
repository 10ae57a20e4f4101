export * from './read-daily-use.ts';
export * from './read-host-events.ts';
export * from './read-store-history.ts';
