import { randomUUID } from 'node:crypto';
import type { GapReason, Snapshot } from '@silt/domain';
import { type SnapshotMessage, snapshotSchema } from '../v1/messages/snapshot.ts';
import type { ClientLog } from './client-events.ts';
import { type InventoryPart, inventoryParts, type ProducedInventory } from './inventory-parts.ts';
import { type KnownLayout, LayoutInterner } from './layout-interner.ts';
import { type Loss, Losses } from './losses.ts';
import type { Outbox, Outgoing, OutgoingInventory, OutgoingSnapshot } from './outbox.ts';

export interface SnapshotContent {
  kind: 'snapshot';
  snapshot: Snapshot;
  layout: KnownLayout;
}

export interface InventoryContent extends InventoryPart {
  kind: 'inventory';
  /** Sequence, over all streams, of the last part of the inventory that this one changes; null = it is a full one. */
  base: number | null;
}

export interface QueuedRecord {
  sequence: number;
  /** Milliseconds since 1970. */
  takenAt: number;
  /** null = set aside: the protocol cannot carry it. */
  content: SnapshotContent | InventoryContent | null;
}

/** A stream, and the last sequence before its own. */
export interface StreamPlace {
  stream: string;
  base: number;
}

/** A cause for a hole that nothing is known about, and the last sequence that it explains. */
export interface HoleCause {
  reason: GapReason;
  to: number;
}

/**
 * What both outboxes share: sequences, the newest records in memory, and gaps for what is not there any more. Sequences
 * in here rise over all streams; those of the current stream begin after `place.base`.
 */
export abstract class SequencedOutbox implements Outbox {
  onReady: () => void = () => {};
  protected readonly interner = new LayoutInterner();
  protected readonly losses = new Losses();
  protected readonly log: ClientLog | null;
  protected place: StreamPlace = { stream: randomUUID(), base: 0 };
  /** Highest sequence given. */
  protected last = 0;
  /** Highest sequence that an earlier run gave, as far as is known; the server cannot have more from it. */
  protected recovered = 0;
  protected acknowledged = 0;
  /** Highest sequence that any server ever acknowledged. */
  protected acknowledgedOnce = 0;
  #cursor = 0;
  #verified = false;
  /** Last part of the inventory that was produced last in this stream; null = the next one must be a full one. */
  #lastInventory: number | null = null;
  /** Last part of the last full inventory of this run; 0 = none. */
  #lastFullInventory = 0;

  constructor(log: ClientLog | null) {
    this.log = log;
  }

  get stream(): string {
    return this.place.stream;
  }

  get lastSequence(): number {
    return this.last - this.place.base;
  }

  get waiting(): number {
    return this.last - this.#cursor;
  }

  /** Keeps a record that has its sequence. */
  protected abstract keep(record: QueuedRecord): void;
  /** Lowest sequence that is held in memory, from which on all are; `last` + 1 = none. */
  protected abstract firstInMemory(): number;
  /** A record that is held in memory; null = it may not be sent yet. */
  protected abstract fromMemory(sequence: number): QueuedRecord | null;
  /** First record of `from` to `to` that is to be had elsewhere; null = none. */
  protected abstract stored(from: number, to: number): QueuedRecord | null;
  /** Why nothing is there from `from` on. */
  protected abstract holeCause(from: number, to: number): HoleCause;
  /** Drops what is acknowledged. */
  protected abstract drop(): void;
  /** Makes the new stream last before anything of it is sent. */
  protected abstract beginStream(): Promise<void>;
  abstract close(): Promise<void>;

  add(snapshot: Snapshot): void {
    const layout = this.interner.intern(snapshot.layout);
    const problem = layout.problem ?? problemOf(snapshot);
    const takenAt = Date.parse(snapshot.takenAt);
    this.last += 1;
    const record = { sequence: this.last, takenAt: Number.isNaN(takenAt) ? 0 : takenAt };
    if (problem === null) {
      const shared = layout.layout === snapshot.layout ? snapshot : { ...snapshot, layout: layout.layout };
      this.keep({ ...record, content: { kind: 'snapshot', snapshot: shared, layout } });
    } else {
      this.log?.warn(
        { sequence: this.lastSequence },
        `A snapshot is set aside; the protocol cannot carry it: ${problem}.`,
      );
      this.keep({ ...record, content: null });
    }
  }

  get needsFullInventory(): boolean {
    return this.#lastInventory === null;
  }

  get fullInventoryWaits(): boolean {
    return this.#lastFullInventory > this.acknowledged;
  }

  addInventory(inventory: ProducedInventory): void {
    const base = inventory.isFull ? null : this.#lastInventory;
    if (base === null && !inventory.isFull) throw new RangeError('there is no inventory that this one could change');
    const { parts, problems } = inventoryParts(inventory);
    const takenAt = Date.parse(inventory.takenAt);
    for (const problem of problems) {
      this.log?.warn({ parts: parts.length }, `The protocol cannot carry all of an inventory: ${problem}.`);
    }
    this.#lastInventory = null;
    for (const part of parts) {
      this.last += 1;
      this.keep({ sequence: this.last, takenAt, content: { kind: 'inventory', base, ...part } });
    }
    if (parts.length === 0) return;
    this.#lastInventory = this.last;
    if (inventory.isFull) this.#lastFullInventory = this.last;
  }

  async resume(committed: number): Promise<boolean> {
    const sequence = committed + this.place.base;
    if (sequence > (this.#verified ? this.last : this.recovered)) {
      this.log?.warn(
        { committed },
        'The server has more of this stream than this collector made; a new stream begins.',
      );
      await this.renew();
      return false;
    }
    this.#verified = true;
    this.acknowledged = sequence;
    this.acknowledgedOnce = Math.max(this.acknowledgedOnce, sequence);
    this.#cursor = sequence;
    this.losses.forget(sequence);
    this.drop();
    return true;
  }

  /** Begins a new stream with what is not acknowledged: the one before is of another host, or further at the server. */
  async renew(): Promise<void> {
    this.place = { stream: randomUUID(), base: this.acknowledgedOnce };
    this.acknowledged = this.acknowledgedOnce;
    this.recovered = this.last;
    this.#cursor = this.acknowledged;
    this.#lastInventory = null;
    await this.beginStream();
  }

  next(): Outgoing | null {
    const from = this.#cursor + 1;
    if (from > this.last) return null;
    const lost = this.losses.at(from);
    if (lost !== null) return this.#gap({ ...lost, from });
    const inMemory = this.firstInMemory();
    if (from >= inMemory) return this.#tell(this.fromMemory(from));
    const known = this.losses.nextAfter(from) ?? Number.POSITIVE_INFINITY;
    const end = Math.min(inMemory, known) - 1;
    const record = this.stored(from, end);
    if (record?.sequence === from) return this.#tell(record);
    return this.#hole(from, record === null ? end : record.sequence - 1);
  }

  setAside(outgoing: OutgoingSnapshot | OutgoingInventory): void {
    const at = outgoing.sequence + this.place.base;
    const { takenAt } = outgoing.kind === 'snapshot' ? outgoing.snapshot : outgoing.head;
    this.loseRecord({ sequence: at, takenAt: Date.parse(takenAt), content: null }, 'oversize');
    this.#cursor = at - 1;
  }

  acknowledge(sequence: number): void {
    this.acknowledged = Math.max(this.acknowledged, sequence + this.place.base);
    this.acknowledgedOnce = Math.max(this.acknowledgedOnce, this.acknowledged);
    this.losses.forget(this.acknowledged);
    this.drop();
  }

  /** What an earlier run left. */
  protected restore(place: StreamPlace, last: number, acknowledged: number): void {
    this.place = place;
    this.last = last;
    this.recovered = last;
    this.acknowledged = acknowledged;
    this.acknowledgedOnce = acknowledged;
    this.#cursor = acknowledged;
  }

  /** Remembers that a record had to go. */
  protected loseRecord({ sequence, takenAt }: QueuedRecord, reason: GapReason): void {
    this.lose({ from: sequence, to: sequence, reason, firstTakenAt: takenAt, lastTakenAt: takenAt });
  }

  /** Remembers a loss, as far as it is not acknowledged. */
  protected lose(loss: Loss): void {
    const from = Math.max(loss.from, this.acknowledged + 1);
    if (from > loss.to) return;
    this.losses.note({ ...loss, from, firstTakenAt: from === loss.from ? loss.firstTakenAt : null });
  }

  #hole(from: number, end: number): Outgoing {
    const cause: HoleCause =
      from <= this.acknowledgedOnce
        ? { reason: 'server-set-back', to: Math.min(end, this.acknowledgedOnce) }
        : this.holeCause(from, end);
    const loss = { from, ...cause, firstTakenAt: null, lastTakenAt: null };
    this.losses.note(loss);
    return this.#gap(loss);
  }

  #gap({ from, to, reason, firstTakenAt, lastTakenAt }: Loss): Outgoing {
    this.#cursor = to;
    const { base } = this.place;
    const times = { firstTakenAt: isoOf(firstTakenAt), lastTakenAt: isoOf(lastTakenAt) };
    return { kind: 'gap', from: from - base, to: to - base, reason, ...times };
  }

  #tell(record: QueuedRecord | null): Outgoing | null {
    if (record === null) return null;
    const { sequence, takenAt, content } = record;
    if (content === null) {
      return this.#gap({
        from: sequence,
        to: sequence,
        reason: 'oversize',
        firstTakenAt: takenAt,
        lastTakenAt: takenAt,
      });
    }
    this.#cursor = sequence;
    const { base } = this.place;
    if (content.kind === 'snapshot') return { ...content, sequence: sequence - base };
    // No inventory of a stream ends at its first sequence before the one that changes what an earlier stream told.
    const baseSequence = content.base === null ? null : Math.max(1, content.base - base);
    return { kind: 'inventory', sequence: sequence - base, baseSequence, head: content.head, body: content.body };
  }
}

/** What ISO 8601 writes with a year of four digits, as the protocol wants it. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** null for a clock so wrong that the protocol has no words for it. */
const isoOf = (milliseconds: number | null): string | null =>
  milliseconds === null || !(milliseconds > 0 && milliseconds <= LAST_MOMENT)
    ? null
    : new Date(milliseconds).toISOString();

/** Why the protocol cannot carry it, its layout apart; null = it can. */
function problemOf({ takenAt, bootId, uptimeMilliseconds, readings, probes }: Snapshot): string | null {
  const message: SnapshotMessage = {
    ...{ type: 'snapshot', sequence: 1, layout: { number: 1 } },
    ...{ takenAt, bootId, uptimeMilliseconds, readings, probes },
  };
  const issue = snapshotSchema.safeParse(message).error?.issues[0];
  return issue === undefined ? null : `${issue.path.join('.')}: ${issue.message}`;
}
