export * from './fleet/simulated-fleet.ts';
export * from './simulated-host.ts';
