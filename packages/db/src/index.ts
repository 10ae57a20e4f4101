export * from './auth/index.ts';
export * from './client.ts';
export * from './fleet/index.ts';
export * from './history/index.ts';
export * from './ingest/index.ts';
export * from './migrate.ts';
export * from './roles.ts';
