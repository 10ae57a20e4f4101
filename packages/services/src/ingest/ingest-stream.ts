import {
  FLAG_UNCORRECTED,
  type InventoryStep,
  type SnapshotRow,
  type StatusRow,
  type StoredGap,
  type StreamPosition,
} from '@silt/db';
import {
  type ClockAnchor,
  correctedTime,
  fullest,
  type HostClock,
  type HostEventDetails,
  type Inventory,
  type ProbeReport,
  type Reading,
  resourceFills,
} from '@silt/domain';
import { gapHash, HashWindow, inventoryHash, snapshotHash, UNKNOWN_HASH } from './hash-window.ts';
import {
  type HashedSequence,
  type IncomingInventory,
  InventoryAssembler,
  type WholeInventory,
} from './inventory-assembler.ts';
import type { Collector } from './open-ingest.ts';
import type { RegisteredLayout } from './registered-layout.ts';
import type { SnapshotBatcher } from './snapshot-batcher.ts';
import type { SurveyKeeper } from './survey-keeper.ts';

/** Exact samples are kept so long; what is older than that at its arrival is refused. */
export const RETENTION_DAYS = 90;
const DAY_MILLISECONDS = 86_400_000;

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

export type IncomingGap = HostEventDetails['gap'];

/** A whole inventory, checked. */
export interface IncomingSurvey {
  /** ISO 8601 by the host's clock. */
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  inventory: Inventory;
}

export type Refusal =
  | 'unknown-layout'
  | 'readings-mismatch'
  | 'too-old'
  | 'not-storable'
  | 'inventory-incomplete'
  | 'conflict';

export interface RefusedSequence {
  sequence: number;
  code: Refusal;
}

/** Everything up to `sequence` is committed, but for what is refused. */
export interface Outcome {
  sequence: number;
  /** Messages that this settles; 0 for a repeat. */
  count: number;
  refused: RefusedSequence[];
}

/** An inventory of which all parts are there. */
export interface PendingInventory
  extends Pick<InventoryStep, 'baseSequence' | 'observedAt' | 'receivedAt' | 'scopes' | 'items' | 'removed'> {
  /** Of its parts, in order. */
  sequences: readonly HashedSequence[];
}

/** What is on its way to the batch: a row, a gap, an inventory, or a refusal that takes its place in the order. */
export interface PendingSequence {
  /** The last one that it takes; a gap and an inventory take those before it too. */
  sequence: number;
  /** Of HASH_BYTES, hexadecimal. */
  hash: string;
  row: SnapshotRow | null;
  gap: StoredGap | null;
  inventory: PendingInventory | null;
  /** Worked out for the newest one of a batch alone. */
  status: (() => StatusRow) | null;
  refusal: Refusal | null;
}

interface StreamOptions extends StreamPosition {
  collector: Collector;
  streamNo: number;
  clock: HostClock;
  /** When `clock` arrived, by the server's. */
  receivedAt: Date;
  beatSeconds: number;
  batcher: SnapshotBatcher;
  surveys: SurveyKeeper;
  readPosition: () => Promise<StreamPosition | null>;
  /** What is kept of the host's inventory is nothing, or stale. */
  needsFullInventory: boolean;
  /** Told of what was refused once it is settled. */
  onRefused: (refused: readonly RefusedSequence[]) => void;
}

/** One stream of one host over one connection: gives each beat its time and its place in the order. */
export class IngestStream {
  readonly collector: Collector;
  readonly streamNo: number;
  /** Last sequence known to be committed. */
  committed: number;
  /** The database has less of it than was acknowledged; nothing more is stored. */
  lost = false;
  /** What is kept of the host's inventory is nothing, or stale: a delta is of no use. */
  needsFullInventory: boolean;
  /** What is asked of the collector from now on: how far apart its beats are. */
  beatSeconds: number;
  /** Called after COMMIT, in the order of the stream. */
  onOutcome: (outcome: Outcome) => void = () => {};
  /** Called when `lost` becomes true: the connection must end, and at the next hello all is consistent again. */
  onLost: () => void = () => {};
  readonly readPosition: StreamOptions['readPosition'];
  readonly #onRefused: StreamOptions['onRefused'];
  readonly #window: HashWindow;
  readonly #batcher: SnapshotBatcher;
  readonly #surveys: SurveyKeeper;
  readonly #anchor: ClockAnchor;
  #accepted: number;
  /** Repeats that contradict what is accepted and not committed yet. */
  readonly #conflicts = new Set<number>();
  readonly #assembler = new InventoryAssembler();

  constructor({ clock, receivedAt, ...options }: StreamOptions) {
    this.collector = options.collector;
    this.streamNo = options.streamNo;
    this.committed = options.lastSequence;
    this.readPosition = options.readPosition;
    this.needsFullInventory = options.needsFullInventory;
    this.#accepted = options.lastSequence;
    this.#window = new HashWindow(options.lastSequence, options.hashes);
    this.#onRefused = options.onRefused;
    this.#batcher = options.batcher;
    this.#surveys = options.surveys;
    this.beatSeconds = options.beatSeconds;
    this.#anchor = {
      bootId: clock.bootId,
      uptimeMilliseconds: clock.uptimeMilliseconds,
      hostMilliseconds: Date.parse(clock.now),
      serverMilliseconds: receivedAt.getTime(),
    };
  }

  /** `hole`: the sequence is not the next one; nothing was taken, and the connection must end. */
  accept(snapshot: IncomingSnapshot): 'accepted' | 'repeat' | 'hole' {
    const { sequence, layout } = snapshot;
    if (sequence > this.#accepted + 1) return 'hole';
    const contentHash = typeof layout === 'string' ? UNKNOWN_HASH : snapshotHash(snapshot, layout.layoutNo);
    if (sequence <= this.#accepted) return this.#repeat(sequence, contentHash);
    return this.#take(this.#pendingOf(snapshot, contentHash, new Date()));
  }

  /** As `accept`. What of the gap is dealt with already stays as it is. */
  acceptGap(gap: IncomingGap): 'accepted' | 'repeat' | 'hole' {
    if (gap.from > this.#accepted + 1) return 'hole';
    const contentHash = gapHash(gap);
    if (gap.to <= this.#accepted) return this.#repeat(gap.to, contentHash);
    const stored = { at: new Date(), detail: gap };
    return this.#take({
      ...{ sequence: gap.to, hash: contentHash, row: null, gap: stored, inventory: null, status: null, refusal: null },
    });
  }

  /** As `accept`. `held`: more parts must come before anything of the inventory is stored and settled. */
  acceptInventory(part: IncomingInventory): 'accepted' | 'held' | 'repeat' | 'hole' {
    const { sequence } = part;
    if (sequence > this.#accepted + 1) return 'hole';
    const contentHash = inventoryHash(part);
    if (sequence <= this.#accepted) return this.#repeat(sequence, contentHash);
    if (!this.#assembler.fits(part)) this.#refuseHeld();
    if (!this.#assembler.fits(part)) return this.#take(refusedSequence(sequence, 'inventory-incomplete'));
    this.#accepted = sequence;
    this.#window.add(sequence, contentHash);
    const heldBefore = this.#assembler.heldItems;
    const whole = this.#assembler.add(part, contentHash);
    this.#batcher.hold(this.#assembler.heldItems - heldBefore);
    if (whole === null) return 'held';
    for (const pending of this.#pendingOfInventory(whole, new Date())) this.#batcher.add(this, pending);
    return 'accepted';
  }

  /** Takes it for the host's last one; it has no place in the order, and nothing tells when it is stored. */
  acceptSurvey({ inventory, ...taken }: IncomingSurvey): 'accepted' | 'too-old' {
    const receivedAt = new Date();
    const observed = this.#observedAt(taken, receivedAt);
    if (observed === 'too-old') return observed;
    const { hostId, organisationId } = this.collector;
    this.#surveys.keep({ hostId, organisationId, observedAt: observed.observedAt, receivedAt, inventory });
    return 'accepted';
  }

  /** The connection ended: parts whose others will not come are forgotten. They were not acknowledged, and come again. */
  abandon(): void {
    this.#batcher.hold(-this.#assembler.heldItems);
    this.#assembler.drop();
  }

  /** After COMMIT: what these were is settled. */
  settle(pending: readonly PendingSequence[], refused: RefusedSequence[]): void {
    this.committed = pending.at(-1)?.sequence ?? this.committed;
    for (const sequence of this.#conflicts) {
      if (sequence > this.committed) continue;
      this.#conflicts.delete(sequence);
      refused.push({ sequence, code: 'conflict' });
    }
    if (refused.length > 0) this.#onRefused(refused);
    const count = pending.reduce((sum, { inventory }) => sum + (inventory?.sequences.length ?? 1), 0);
    this.onOutcome({ sequence: this.committed, count, refused });
  }

  /** Parts that wait are not followed by the next one. */
  #refuseHeld(): void {
    this.#batcher.hold(-this.#assembler.heldItems);
    for (const { sequence } of this.#assembler.drop()) {
      this.#batcher.add(this, refusedSequence(sequence, 'inventory-incomplete'));
    }
  }

  #take(pending: PendingSequence): 'accepted' {
    this.#refuseHeld();
    this.#accepted = pending.sequence;
    this.#window.add(pending.sequence, pending.hash);
    this.#batcher.add(this, pending);
    return 'accepted';
  }

  #repeat(sequence: number, contentHash: string): 'repeat' {
    if (this.#window.contradicts(sequence, contentHash)) this.#conflicts.add(sequence);
    if (sequence <= this.committed) this.settle([], []);
    return 'repeat';
  }

  #pendingOf(snapshot: IncomingSnapshot, contentHash: string, receivedAt: Date): PendingSequence {
    const { sequence, layout, readings } = snapshot;
    const refuse = (refusal: Refusal): PendingSequence => refusedSequence(sequence, refusal);
    if (typeof layout === 'string') return refuse(layout);
    if (readings.length !== layout.entries.length) return refuse('readings-mismatch');
    const observed = this.#observedAt(snapshot, receivedAt);
    if (observed === 'too-old') return refuse('too-old');
    const { observedAt, corrected } = observed;
    const { layoutNo } = layout;
    const flags = corrected ? 0 : FLAG_UNCORRECTED;
    return {
      ...{ sequence, hash: contentHash, refusal: null, gap: null, inventory: null },
      row: { sequence, observedAt, takenAt: snapshot.takenAt, receivedAt, layoutNo, flags, readings },
      status: () => this.#statusOf(snapshot, layout, observedAt, receivedAt),
    };
  }

  /** One step, or a refusal of each of its parts. */
  #pendingOfInventory(whole: WholeInventory, receivedAt: Date): PendingSequence[] {
    const { sequences, tooLong, baseSequence, scopes, items, removed } = whole;
    const observed = this.#observedAt(whole, receivedAt);
    const refusal = tooLong ? 'not-storable' : observed;
    if (typeof refusal === 'string') return sequences.map(({ sequence }) => refusedSequence(sequence, refusal));
    const last = sequences.at(-1) as HashedSequence;
    const inventory = { sequences, baseSequence, scopes, items, removed, receivedAt, observedAt: refusal.observedAt };
    return [{ ...last, row: null, gap: null, inventory, status: null, refusal: null }];
  }

  #observedAt(
    beat: { takenAt: string; bootId: string; uptimeMilliseconds: number },
    receivedAt: Date,
  ): { observedAt: Date; corrected: boolean } | 'too-old' {
    const taken = { ...beat, takenMilliseconds: Date.parse(beat.takenAt) };
    const { milliseconds, corrected } = correctedTime(this.#anchor, taken, receivedAt.getTime());
    if (milliseconds < receivedAt.getTime() - RETENTION_DAYS * DAY_MILLISECONDS) return 'too-old';
    return { observedAt: new Date(milliseconds), corrected };
  }

  #statusOf(
    { bootId, uptimeMilliseconds, readings, probes }: IncomingSnapshot,
    layout: RegisteredLayout,
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
      beatSeconds: this.beatSeconds,
      layoutNo: layout.layoutNo,
      readings,
      probes,
      fullest: fullest(resourceFills(layout, readings)),
      backEnds: layout.backEnds,
    };
  }
}

/** Nothing is stored of it, so that a repeat contradicts nothing. */
export const refusedSequence = (sequence: number, refusal: Refusal): PendingSequence => ({
  ...{ sequence, hash: UNKNOWN_HASH, row: null, gap: null, inventory: null, status: null, refusal },
});
