export * from './fail-start.ts';
export * from './log-level.ts';
export * from './logger.ts';
export * from './read-environment.ts';
export * from './shutdown.ts';
