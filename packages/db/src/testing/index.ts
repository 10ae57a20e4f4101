export * from './start-test-postgres.ts';
export * from './test-database.ts';
