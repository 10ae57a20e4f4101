import { ItemLedger } from '@silt/domain';
import type { CollectedItems } from '@silt/probes';
import type { Outbox } from '@silt/wire/client';

/** Full inventories that a server asks for are no closer together. */
export const MIN_FULL_INTERVAL_MILLISECONDS = 60_000;

/** Puts the items of each slow beat into the outbox: all of them, or what is new since the beat before. */
export class ItemTeller {
  readonly #outbox: Outbox;
  readonly #ledger = new ItemLedger();
  #fullAt: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  tell({ run, snapshot: { takenAt, bootId, uptimeMilliseconds } }: Pick<CollectedItems, 'run' | 'snapshot'>): void {
    if (this.#stopped) return;
    const now = performance.now();
    if (this.#outbox.needsFullInventory) this.#ledger.askFull();
    const told = this.#ledger.next(run, now);
    this.#outbox.addInventory({ takenAt, bootId, uptimeMilliseconds, ...told });
    if (!told.isFull) return;
    this.#fullAt = now;
    this.#disarm();
  }

  /**
   * The next one is a full one, and `beat` is called for it as soon as may be. Nothing when a full one is on its way: a
   * server that cannot take that one asks again.
   */
  askFull(beat: () => void): void {
    if (this.#stopped || this.#outbox.fullInventoryWaits) return;
    this.#ledger.askFull();
    const next = this.#fullAt === null ? 0 : this.#fullAt + MIN_FULL_INTERVAL_MILLISECONDS;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        beat();
      },
      Math.max(0, next - performance.now()),
    );
  }

  /** Tells no more. */
  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
