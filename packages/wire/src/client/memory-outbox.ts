import { type HoleCause, type QueuedRecord, SequencedOutbox } from './sequenced-outbox.ts';

/** Snapshots and parts of inventories that are not acknowledged: about 16 hours of 30-second beats. */
export const MAX_QUEUED_SNAPSHOTS = 2_000;

/** For simulated hosts: what is not acknowledged is kept in memory alone, and is lost with the process. */
export class MemoryOutbox extends SequencedOutbox {
  #records: QueuedRecord[] = [];

  constructor() {
    super(null);
  }

  protected keep(record: QueuedRecord): void {
    this.#records.push(record);
    const oldest = this.#records.length > MAX_QUEUED_SNAPSHOTS ? this.#records.shift() : undefined;
    if (oldest !== undefined) this.loseRecord(oldest, 'memory-full');
    this.onReady();
  }

  protected firstInMemory(): number {
    return this.#records[0]?.sequence ?? this.last + 1;
  }

  protected fromMemory(sequence: number): QueuedRecord | null {
    return this.#records[sequence - this.firstInMemory()] ?? null;
  }

  protected stored(): null {
    return null;
  }

  /** Only what was acknowledged leaves without a loss that is remembered. */
  protected holeCause(_from: number, to: number): HoleCause {
    return { reason: 'memory-full', to };
  }

  protected drop(): void {
    if (this.firstInMemory() > this.acknowledged) return;
    const kept = this.#records.findIndex(({ sequence }) => sequence > this.acknowledged);
    this.#records = kept < 0 ? [] : this.#records.slice(kept);
  }

  protected async beginStream(): Promise<void> {}

  async close(): Promise<void> {}
}
