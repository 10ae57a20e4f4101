export { type CollectMemory, type CollectOptions, collect, newCollectMemory } from './collect.ts';
export { type CollectedItems, collectItems } from './collect-items.ts';
export { readHostClock, readHostFacts } from './host/read.ts';
export { DEFAULT_ROOTS } from './roots.ts';
