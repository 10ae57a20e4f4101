export { type CollectMemory, type CollectOptions, collect, newCollectMemory } from './collect.ts';
export { collectInventory } from './collect-inventory.ts';
export { readHostClock, readHostFacts } from './host/read.ts';
export { DEFAULT_ROOTS } from './roots.ts';
