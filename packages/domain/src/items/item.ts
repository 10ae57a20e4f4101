/** What an item is. The first ones hold bytes of a store, the last ones are what these lie on. */
export const HOLDING_KINDS = [
  'image',
  /** Layers that more than one image has, or that no image that was read names: one item a data root. */
  'image-layers',
  'volume',
  'build-cache',
  'container',
  /** An entry of a storage driver's folder that no record names. */
  'orphan-layer',
  /** Storage of a nested daemon that its volume still holds. */
  'leftover',
  /** Of btrfs, and none of the above. */
  'subvolume',
  'thin-device',
  /** Deleted, and kept by an open descriptor. */
  'pinned-file',
  /** A file that another store lies in. */
  'loop-file',
] as const;
export const BEARING_KINDS = ['device', 'store', 'data-root', 'daemon', 'mount'] as const;
export const ITEM_KINDS = [...HOLDING_KINDS, ...BEARING_KINDS] as const;
export type HoldingKind = (typeof HOLDING_KINDS)[number];
export type ItemKind = (typeof ITEM_KINDS)[number];

export type ItemAttribute = string | number | boolean | null;

/**
 * One thing of a host's inventory, whatever it is: the inventory as the wire carries it and the database keeps it. Two
 * reads of an unchanged thing give equal items: nothing in it moves by itself, no uptime, no counter.
 */
export interface Item {
  /** `<kind>:<…>`, unique on its host, the same while the thing lives and never another's. */
  key: string;
  kind: ItemKind;
  /** For people. */
  name: string;
  /** `Scope.name`: what must have been read in full before its absence means that it is gone. */
  scope: string;
  /** Key of the store (`Store.key`) whose bytes it holds or that it bears; null = none, or not known. */
  storeKey: string | null;
  /** Item that it lies in or on: of a container its daemon, of a nested daemon its container; null = none known. */
  parentKey: string | null;
  /** Item that it is there for: of a volume the container that uses it; null = nobody is known. */
  ownerKey: string | null;
  /** As people know it: of an image all of its layers. null = not read, which is never zero. */
  sizeBytes: number | null;
  /** Whether it is one of those that a store's bytes are the sum of; what is told by another item is not. */
  counted: boolean;
  /** What it holds of its store for certain, and at the most; equal = exact. Both null = not counted, or not known. */
  leastBytes: number | null;
  mostBytes: number | null;
  /** In its own words: `running`, `dangling`, `in use`, `inactive` …; null = it has none, or not read. */
  state: string | null;
  /** What else is to be told, by kind; kept small and steady. */
  attributes: Record<string, ItemAttribute>;
}

export const SCOPE_STATUSES = ['complete', 'partial', 'not-read'] as const;
export type ScopeStatus = (typeof SCOPE_STATUSES)[number];

/**
 * A part of the inventory that is read as one: `<probe>`, or `<probe> <part> <subject>` such as
 * `docker containers docker:/run/docker.sock`. Only what a complete scope did not see is gone.
 */
export interface Scope {
  name: string;
  status: ScopeStatus;
  /** One sentence for people; null when complete. */
  reason: string | null;
}

/** All of one slow beat. Each item's scope is among `scopes`; no two items have one key. */
export interface ItemRun {
  scopes: Scope[];
  items: Item[];
}

/** From one run to the next. */
export interface ItemDelta {
  /** New ones, and those of which anything is another. */
  changed: Item[];
  /** Keys of those that a complete scope did not see any more. */
  removed: string[];
}

/** Bytes of a store that its items explain, from unrounded sizes. */
export interface StoreSum {
  storeKey: string;
  /** Σ of what counted items hold for certain, and at the most. Items of unknown size are in neither. */
  itemsBytes: number;
  itemsMostBytes: number;
  /**
   * Used − itemsMostBytes, at least 0: what no known item explains. null = what is used was not read, or a scope that
   * counts for the store was not read in full.
   */
  unattributedBytes: number | null;
  /** Counted items whose size is not known; their bytes are in the unattributed. */
  unknownItems: number;
}
