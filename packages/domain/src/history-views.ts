import type { HoldingKind, Item, ItemKind, Scope } from './items/item.ts';
import type { SeriesName, Unit } from './series.ts';
import type { Reading, StoreKind } from './snapshot.ts';

/** What pages and scripts are given of the inventory and of two moments. Times ISO 8601 UTC, sizes in bytes. */
export interface ItemView extends Item {
  /** Names from the outside in: daemon, compose project or pod, container, image; empty = nobody is known. */
  ownerChain: string[];
  firstSeenAt: string;
  /** When what is told of it was last confirmed by a read; the age of the fact. null = never in full. */
  readAt: string | null;
}

/** A scope as of a moment. */
export interface ScopeView extends Scope {
  /** Last read in full, not after the moment; null = never. */
  readAt: string | null;
}

export interface InventoryView {
  /** The moment asked for. */
  at: string;
  /** Last inventory at or before it; null = there is none. */
  readAt: string | null;
  /** A part was lost on its way, and the whole has been asked for: what stands here is from before. */
  stale: boolean;
  scopes: ScopeView[];
  /** The largest first; all of the kinds that bear others. */
  items: ItemView[];
  /** By kind, over all of them, cut or not. */
  totals: KindTotal[];
  /** Items that the limit has left out of `items`. */
  cut: number;
}

export interface KindTotal {
  kind: ItemKind;
  items: number;
  /** Σ over counted items; see `StoreSum`. */
  leastBytes: number;
  mostBytes: number;
  unknownItems: number;
}

/** What a store holds over time by kind, on a regular grid; arrays as long as `times`. */
export interface StoreHoldings {
  from: string;
  to: string;
  bucketSeconds: number;
  /** Start of each bucket, seconds since the epoch. */
  times: number[];
  /** Σ of `leastBytes` at the end of each bucket; null = no inventory was read by then. */
  kinds: { kind: HoldingKind; bytes: Reading[] }[];
  /** The store's series; null = not read. */
  used: Reading[];
  unattributed: Reading[];
}

export interface ByteRange {
  leastBytes: number;
  mostBytes: number;
}

/** One side of a comparison. */
export interface ComparedMoment {
  asked: string;
  /** Of the sample that the readings are from, at or before the moment; null = there is none. */
  observedAt: string | null;
  /** Of the inventory, likewise. */
  inventoryReadAt: string | null;
}

export interface Comparison {
  a: ComparedMoment;
  b: ComparedMoment;
  /** Those of the host at either moment, or the one asked for. */
  stores: StoreComparison[];
}

export interface StoreComparison {
  storeKey: string;
  storeName: string;
  kind: StoreKind;
  readings: { series: SeriesName; unit: Unit; a: Reading; b: Reading }[];
  attribution: Attribution;
  /** Whose bytes or state differ, the greatest difference first. */
  changes: ItemChange[];
  unchanged: { items: number; leastBytes: number };
}

/** Growth = Σ of kinds + belowSteps (null as 0) + unattributed, the least of the one with the most of the other. */
export interface Attribution {
  /** The series that is explained; `heldSeriesOf`. */
  series: SeriesName;
  aBytes: Reading;
  bBytes: Reading;
  /** null = one of the two was not read. */
  growthBytes: number | null;
  /** Differences, so they may be negative; a range where shared and own bytes cannot be told apart. */
  kinds: (ByteRange & { kind: HoldingKind; added: number; removed: number; changed: number })[];
  /** What size steps have kept out of the versions, from the unrounded sums; null = not read, or sums of other inventories. */
  belowStepsBytes: number | null;
  /** The most that it can be: Σ of `sizeErrorOf` over the items of both moments. */
  stepErrorBytes: number;
  /** null = growth is not known. */
  unattributed: ByteRange | null;
  /** Counted items of unknown size at b. */
  unknownItems: number;
}

/** `changed`: the same bytes, another state, owner or attribute. */
export const ITEM_CHANGE_KINDS = ['added', 'removed', 'grown', 'shrunk', 'changed'] as const;
export type ItemChangeKind = (typeof ITEM_CHANGE_KINDS)[number];

export interface ItemChange {
  change: ItemChangeKind;
  /** As at b, or for a removed one as at a. */
  item: ItemView;
  /** null = it was not there; both fields null = there, and its bytes are not known. */
  a: { leastBytes: number | null; mostBytes: number | null } | null;
  b: { leastBytes: number | null; mostBytes: number | null } | null;
  /** b − a, what is not there as 0; null = not known. */
  delta: ByteRange | null;
}

/** A store that grew, of a fleet. */
export interface Grower {
  hostId: string;
  hostName: string;
  storeKey: string;
  storeName: string;
  series: SeriesName;
  unit: Unit;
  /** Of the first and the last day that have a sample in the range, in the unit of the series. */
  from: { day: string; value: number };
  to: { day: string; value: number };
  growth: number;
}
