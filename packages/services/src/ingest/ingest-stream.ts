import { FLAG_UNCORRECTED, type SnapshotRow, type StatusRow } from '@silt/db';
import {
  backEndsOf,
  type ClockAnchor,
  correctedTime,
  fullest,
  type HostClock,
  type Layout,
  type ProbeReport,
  type Reading,
  resourceFills,
} from '@silt/domain';
import type { Collector } from './open-ingest.ts';
import type { SnapshotBatcher } from './snapshot-batcher.ts';

/** Exact samples are kept so long; what is older than that at its arrival is refused. */
export const RETENTION_DAYS = 90;
const DAY_MILLISECONDS = 86_400_000;

export interface RegisteredLayout {
  layoutNo: number;
  layout: Layout;
}

/** One beat as it came, its layout already known. */
export interface IncomingSnapshot {
  sequence: number;
  /** ISO 8601 by the host's clock. */
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  /** `unknown-layout`: the collector never described it. `not-storable`: the database does not take it. */
  layout: RegisteredLayout | 'unknown-layout' | 'not-storable';
  readings: readonly Reading[];
  probes: readonly ProbeReport[];
}

export type Refusal = 'unknown-layout' | 'readings-mismatch' | 'too-old' | 'not-storable';

/** Everything up to `sequence` is committed, but for what is refused. */
export interface Outcome {
  sequence: number;
  /** Snapshots that this settles; 0 for a repeat. */
  count: number;
  refused: { sequence: number; code: Refusal }[];
}

/** A snapshot on its way to the batch: a row, or a refusal that takes its place in the order. */
export interface PendingSnapshot {
  sequence: number;
  row: SnapshotRow | null;
  /** Worked out for the newest one of a batch alone. */
  status: (() => StatusRow) | null;
  refusal: Refusal | null;
}

interface StreamOptions {
  collector: Collector;
  streamNo: number;
  lastSequence: number;
  clock: HostClock;
  /** When `clock` arrived, by the server's. */
  receivedAt: Date;
  beatSeconds: number;
  batcher: SnapshotBatcher;
  readLast: () => Promise<number>;
}

/** One stream of one host over one connection: gives each beat its time and its place in the order. */
export class IngestStream {
  readonly collector: Collector;
  readonly streamNo: number;
  /** Last sequence known to be committed. */
  committed: number;
  /** The database has less of it than was acknowledged; nothing more is stored. */
  lost = false;
  /** Called after COMMIT, in the order of the stream. */
  onOutcome: (outcome: Outcome) => void = () => {};
  /** Called when `lost` becomes true. */
  onConflict: () => void = () => {};
  readonly readLast: () => Promise<number>;
  readonly #batcher: SnapshotBatcher;
  readonly #anchor: ClockAnchor;
  readonly #beatSeconds: number;
  #accepted: number;

  constructor({ collector, streamNo, lastSequence, clock, receivedAt, beatSeconds, batcher, readLast }: StreamOptions) {
    this.collector = collector;
    this.streamNo = streamNo;
    this.committed = lastSequence;
    this.readLast = readLast;
    this.#accepted = lastSequence;
    this.#batcher = batcher;
    this.#beatSeconds = beatSeconds;
    this.#anchor = {
      bootId: clock.bootId,
      uptimeMilliseconds: clock.uptimeMilliseconds,
      hostMilliseconds: Date.parse(clock.now),
      serverMilliseconds: receivedAt.getTime(),
    };
  }

  /** `hole`: the sequence is not the next one; nothing was taken, and the connection must end. */
  accept(snapshot: IncomingSnapshot): 'accepted' | 'repeat' | 'hole' {
    if (snapshot.sequence <= this.#accepted) {
      if (snapshot.sequence <= this.committed) this.onOutcome({ sequence: this.committed, count: 0, refused: [] });
      return 'repeat';
    }
    if (snapshot.sequence !== this.#accepted + 1) return 'hole';
    this.#accepted = snapshot.sequence;
    this.#batcher.add(this, this.#pendingOf(snapshot, new Date()));
    return 'accepted';
  }

  #pendingOf(snapshot: IncomingSnapshot, receivedAt: Date): PendingSnapshot {
    const { sequence, layout, readings } = snapshot;
    const refuse = (refusal: Refusal): PendingSnapshot => ({ sequence, row: null, status: null, refusal });
    if (typeof layout === 'string') return refuse(layout);
    if (readings.length !== layout.layout.entries.length) return refuse('readings-mismatch');
    const beat = { ...snapshot, takenMilliseconds: Date.parse(snapshot.takenAt) };
    const { milliseconds, corrected } = correctedTime(this.#anchor, beat, receivedAt.getTime());
    if (milliseconds < receivedAt.getTime() - RETENTION_DAYS * DAY_MILLISECONDS) return refuse('too-old');
    const observedAt = new Date(milliseconds);
    const { layoutNo } = layout;
    const flags = corrected ? 0 : FLAG_UNCORRECTED;
    return {
      sequence,
      refusal: null,
      row: { sequence, observedAt, takenAt: snapshot.takenAt, receivedAt, layoutNo, flags, readings },
      status: () => this.#statusOf(snapshot, layout, observedAt, receivedAt),
    };
  }

  #statusOf(
    { bootId, uptimeMilliseconds, readings, probes }: IncomingSnapshot,
    { layout, layoutNo }: RegisteredLayout,
    observedAt: Date,
    lastSeenAt: Date,
  ): StatusRow {
    return {
      lastSeenAt,
      observedAt,
      bootId,
      // No machine runs since before the epoch; without the bound the time might be none that a Date can hold.
      bootedAt: new Date(Math.max(0, observedAt.getTime() - uptimeMilliseconds)),
      clockSkewMilliseconds: this.#anchor.hostMilliseconds - this.#anchor.serverMilliseconds,
      beatSeconds: this.#beatSeconds,
      layoutNo,
      readings,
      probes,
      fullest: fullest(resourceFills(layout, readings)),
      backEnds: backEndsOf(layout),
    };
  }
}
