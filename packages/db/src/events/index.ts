export * from './coalesce-event.ts';
export * from './record-audit.ts';
export * from './record-event.ts';
