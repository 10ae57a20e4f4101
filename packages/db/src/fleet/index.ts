export * from './changes.ts';
export * from './derived-status.ts';
export * from './read-fleet.ts';
export * from './read-fleet-page.ts';
export * from './read-growers.ts';
export * from './read-layout.ts';
