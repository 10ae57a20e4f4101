export * from './read-daily-use.ts';
export * from './read-store-history.ts';
