import type { DockerMemory } from './docker/read.ts';
import type { LayersMemory } from './layers/memory.ts';

/** What is kept from slow beat to slow beat, so that what does not change is read once. */
export interface InventoryMemory {
  docker: DockerMemory;
  layers: LayersMemory;
  /** When daemons were last asked for sizes, by `performance.now()`; null = never. */
  sizesAt: number | null;
}

export const newInventoryMemory = (): InventoryMemory => ({ docker: new Map(), layers: new Map(), sizesAt: null });
