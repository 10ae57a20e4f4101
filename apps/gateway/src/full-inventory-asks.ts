import { MinuteCounter } from './minute-counter.ts';

/** A collector is asked for a full inventory so often at most. */
export const ASK_INTERVAL_MILLISECONDS = 60_000;
/** Of all collectors; the others are asked later. A full inventory costs the database up to a tenth of a second. */
export const MAX_ASKS_A_MINUTE = 300;

/** How many full inventories a gateway asks for, so that a fleet whose inventories are all missing does not send them at once. */
export class FullInventoryAsks {
  readonly #counter = new MinuteCounter();

  /**
   * Counts one more if it may be.
   *
   * @param askedAt when this collector was asked last, milliseconds; null = not yet.
   */
  take(askedAt: number | null, now: number): boolean {
    if (askedAt !== null && now - askedAt < ASK_INTERVAL_MILLISECONDS) return false;
    if (this.#counter.of('asked', now) >= MAX_ASKS_A_MINUTE) return false;
    this.#counter.add('asked', now);
    return true;
  }
}
