import type { GapReason, Snapshot } from '@silt/domain';
import type { PartHead, ProducedInventory } from './inventory-parts.ts';
import type { KnownLayout } from './layout-interner.ts';

export interface OutgoingSnapshot {
  kind: 'snapshot';
  sequence: number;
  snapshot: Snapshot;
  layout: KnownLayout;
}

/** Stands in the place of what will never be sent. Times by the host's clock, ISO 8601 UTC; null = not known. */
export interface OutgoingGap {
  kind: 'gap';
  from: number;
  to: number;
  reason: GapReason;
  firstTakenAt: string | null;
  lastTakenAt: string | null;
}

export interface OutgoingInventory {
  kind: 'inventory';
  sequence: number;
  /** As the message has it; a base of an earlier stream is told as one that no server can have. */
  baseSequence: number | null;
  head: PartHead;
  /** The rest of the message's text, as `joinFrame` takes it. */
  body: Buffer;
}

export type Outgoing = OutgoingSnapshot | OutgoingInventory | OutgoingGap;

/** What a collector has produced and the server has not acknowledged. Sequences rise by one within a stream. */
export interface Outbox {
  readonly stream: string;
  /** Highest sequence given; 0 = none. */
  readonly lastSequence: number;
  /** Sequences that `next` has not told since the last `resume`. */
  readonly waiting: number;
  /** Called when `next` may have something new to tell. */
  onReady: () => void;
  /** Takes it, gives it a sequence, and never throws: what cannot be kept becomes a gap. */
  add(snapshot: Snapshot): void;
  /**
   * Whether the next inventory must be a full one: none was produced in this run and stream, or the one before could
   * not be kept.
   */
  readonly needsFullInventory: boolean;
  /** A full inventory of this run is not acknowledged yet. */
  readonly fullInventoryWaits: boolean;
  /**
   * Takes an inventory as parts with sequences one after the other. A delta is of what was produced before it; throws
   * RangeError for one when `needsFullInventory`, and nothing else.
   */
  addInventory(inventory: ProducedInventory): void;
  /**
   * Goes back to what the server has committed of this stream. False: that cannot be this collector's; another stream
   * has begun with all that is not acknowledged, and the server must be greeted again.
   */
  resume(committed: number): Promise<boolean>;
  /** What is to be sent next, each once after a `resume`; null = nothing for now. */
  next(): Outgoing | null;
  /** What `next` told last is longer than the server takes; `next` tells a gap in its place. */
  setAside(outgoing: OutgoingSnapshot | OutgoingInventory): void;
  /** Forgets all up to and with `sequence`. */
  acknowledge(sequence: number): void;
  /** Ends what is under way. */
  close(): Promise<void>;
}
