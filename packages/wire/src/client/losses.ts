import type { GapReason } from '@silt/domain';

/** Ranges that are remembered; the oldest is forgotten beyond that, and counts as one of unknown cause then. */
export const MAX_LOSSES = 1_024;

/** Sequences `from` to `to` that will never be sent. Times in milliseconds since 1970; null = not known. */
export interface Loss {
  from: number;
  to: number;
  reason: GapReason;
  firstTakenAt: number | null;
  lastTakenAt: number | null;
}

/** What is known to be lost, and why; ranges in order, without overlap. */
export class Losses {
  #ranges: Loss[] = [];

  /** Parts that are known already keep their reason. */
  note(loss: Loss): void {
    let { from } = loss;
    for (const known of this.#ranges.filter((range) => range.to >= loss.from && range.from <= loss.to)) {
      if (known.from > from) this.#insert({ ...loss, from, to: known.from - 1, lastTakenAt: null });
      from = known.to + 1;
    }
    if (from <= loss.to) this.#insert({ ...loss, from, firstTakenAt: from === loss.from ? loss.firstTakenAt : null });
  }

  /** The range that holds `sequence`; null = not known to be lost. */
  at(sequence: number): Loss | null {
    return this.#ranges.find((range) => range.from <= sequence && sequence <= range.to) ?? null;
  }

  /** First lost sequence after `sequence`; null = none. */
  nextAfter(sequence: number): number | null {
    return this.#ranges.find((range) => range.from > sequence)?.from ?? null;
  }

  /** Forgets all up to and with `sequence`. */
  forget(sequence: number): void {
    if ((this.#ranges[0]?.from ?? Number.POSITIVE_INFINITY) > sequence) return;
    this.#ranges = this.#ranges
      .filter((range) => range.to > sequence)
      .map((range) => (range.from > sequence ? range : { ...range, from: sequence + 1, firstTakenAt: null }));
  }

  #insert(loss: Loss): void {
    const place = this.#ranges.findIndex((range) => range.from > loss.from);
    const before = this.#ranges.at(place < 0 ? -1 : place - 1);
    if (place !== 0 && before !== undefined && before.to + 1 === loss.from && before.reason === loss.reason) {
      before.to = loss.to;
      before.lastTakenAt = loss.lastTakenAt;
    } else this.#ranges.splice(place < 0 ? this.#ranges.length : place, 0, { ...loss });
    if (this.#ranges.length > MAX_LOSSES) this.#ranges.shift();
  }
}
