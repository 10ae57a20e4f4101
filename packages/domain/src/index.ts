export * from './fill.ts';
export * from './series.ts';
export * from './snapshot.ts';
export * from './units.ts';
export * from './views.ts';
