import type { GapReason, Snapshot } from '@silt/domain';
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

export type Outgoing = OutgoingSnapshot | OutgoingGap;

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
   * Goes back to what the server has committed of this stream. False: that cannot be this collector's; another stream
   * has begun with all that is not acknowledged, and the server must be greeted again.
   */
  resume(committed: number): Promise<boolean>;
  /** What is to be sent next, each once after a `resume`; null = nothing for now. */
  next(): Outgoing | null;
  /** The snapshot that `next` told last is longer than the server takes; `next` tells a gap in its place. */
  setAside(outgoing: OutgoingSnapshot): void;
  /** Forgets all up to and with `sequence`. */
  acknowledge(sequence: number): void;
  /** Ends what is under way. */
  close(): Promise<void>;
}
