import type { HostFacts, Inventory, ItemRun, Layout, Snapshot } from '@silt/domain';

/** One beat of a simulated history; it may be overwritten once the next one is asked for. */
export interface DemoBeat {
  /** Milliseconds since the epoch. */
  takenAt: number;
  /** Which of the host's `layouts`. */
  layout: number;
  /** As long as the layout's entries; NaN = not read. */
  readings: Float64Array;
}

/** What both beats of a simulated host tell at one moment. */
export interface DemoRun {
  /** Milliseconds since the epoch. */
  at: number;
  snapshot: Snapshot;
  inventory: Inventory;
  /** The inventory as items. */
  run: ItemRun;
}

/** A host that somebody simulates. Asked in the order of time. */
export interface DemoHost {
  facts: HostFacts;
  tags: readonly string[];
  /** All that its history needs. */
  layouts: readonly Layout[];
  /** Of its first beat, milliseconds since the epoch. */
  enrolledAt: number;
  /** Beats from `from` on and before `to`, milliseconds since the epoch, in order. */
  history(range: { from: number; to: number; stepSeconds: number }): Iterable<DemoBeat>;
  /** Full inventories from `from` on, the last one at `to` where it sends then, milliseconds since the epoch, in order. */
  inventoriesBetween(range: { from: number; to: number }): Iterable<DemoRun>;
  /** The whole of one beat. */
  snapshot(now: Date): Snapshot | null;
}

/** A simulated host with its row in the database and the id of the key that it pushes with. */
export interface RegisteredHost {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  key: string;
  host: DemoHost;
}
