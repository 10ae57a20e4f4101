import type { DockerMemory } from './docker/read.ts';
import type { LayersMemory } from './layers/memory.ts';

/** A daemon walks every layer to tell sizes: some 6 ms a container on an idle btrfs, minutes on a real one. */
export const SIZES_INTERVAL_MILLISECONDS = 3_600_000;

/** What is kept from slow beat to slow beat, so that what does not change is read once. */
export interface InventoryMemory {
  docker: DockerMemory;
  layers: LayersMemory;
  /** When a daemon was last asked for sizes, by its key, in `performance.now()`. */
  sizesAt: Map<string, number>;
}

export const newInventoryMemory = (): InventoryMemory => ({ docker: new Map(), layers: new Map(), sizesAt: new Map() });

/**
 * Whether a daemon is to be asked for sizes now, which counts as asked then. One that was not met before has its turn at once.
 *
 * @param now as `performance.now()`.
 */
export function takeSizesTurn({ sizesAt }: Pick<InventoryMemory, 'sizesAt'>, daemonKey: string, now: number): boolean {
  for (const [key, at] of sizesAt) if (now - at >= SIZES_INTERVAL_MILLISECONDS) sizesAt.delete(key);
  if (sizesAt.has(daemonKey)) return false;
  sizesAt.set(daemonKey, now);
  return true;
}
