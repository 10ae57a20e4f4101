import type { Layer, LayerEntry, WritableLayer } from '@silt/domain';
import type { FileFacts } from './files.ts';

/** More data roots than a host has; the one that was not read for longest goes. */
const MAX_ROOTS = 32;

/** What a beat knows of a data root from the one before, so that what never changes is read once. */
export interface RootMemory {
  layers: Map<string, Remembered<Layer>>;
  mounts: Map<string, Remembered<WritableLayer>>;
  entries: Map<string, Remembered<EntryFacts>>;
  /** Volumes, those without leftovers by the state of their folder. */
  volumes: Map<string, RememberedVolume>;
}

/** What is read of an entry beside its name. */
export type EntryFacts = Pick<LayerEntry, 'modifiedAt' | 'isSubvolume' | 'overlay' | 'device'>;

export interface Remembered<Value> {
  stamp: string;
  value: Value;
}

export interface RememberedVolume {
  /** It has mount options, so that another machine's storage may be below. */
  hasOptions: boolean;
  /** State of `_data` when it held no leftover; null = it held some. */
  stamp: string | null;
}

/** Data root and driver → what is known of it. Filled by `readLayers`; of the caller's process only. */
export type LayersMemory = Map<string, RootMemory>;

export const newRootMemory = (): RootMemory => ({
  ...{ layers: new Map(), mounts: new Map(), entries: new Map(), volumes: new Map() },
});

/** Puts what the next beat may know of a data root in place of what was known. */
export function remember(memory: LayersMemory, key: string, root: RootMemory): void {
  memory.delete(key);
  memory.set(key, root);
  const oldest = memory.keys().next();
  if (memory.size > MAX_ROOTS && oldest.done !== true) memory.delete(oldest.value);
}

/** Changes with any change of a folder's names or a file's text, and when it is another of the same name. */
export const stampOf = ({ dev, ino, mtimeMs, ctimeMs }: FileFacts): string => `${dev} ${ino} ${mtimeMs} ${ctimeMs}`;
