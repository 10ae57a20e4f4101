import type { Snapshot } from '@silt/domain';
import type { KnownLayout } from './layout-interner.ts';

/** Snapshots that wait for their first send: about 16 hours of 30-second beats. */
export const MAX_QUEUED_SNAPSHOTS = 2_000;

export interface Outgoing {
  snapshot: Snapshot;
  layout: KnownLayout;
}

export interface Sequenced extends Outgoing {
  sequence: number;
}

/**
 * What is not acknowledged yet. A snapshot gets its sequence when it is first taken for sending and keeps it until it is
 * acknowledged; in memory only.
 */
export class Outbox {
  readonly #queue: Outgoing[] = [];
  #inFlight: Sequenced[] = [];
  #lastSequence = 0;

  /** Highest sequence given; 0 = none. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get inFlight(): readonly Sequenced[] {
    return this.#inFlight;
  }

  /** True when the oldest one that waited had to go for it. */
  add(outgoing: Outgoing): boolean {
    this.#queue.push(outgoing);
    if (this.#queue.length <= MAX_QUEUED_SNAPSHOTS) return false;
    this.#queue.shift();
    return true;
  }

  /** The oldest one that was never sent, with the sequence it gets if taken; null = none waits. */
  peek(): Sequenced | null {
    const outgoing = this.#queue[0];
    return outgoing === undefined ? null : { ...outgoing, sequence: this.#lastSequence + 1 };
  }

  /** Counts what `peek` showed as sent. */
  take(sequenced: Sequenced): void {
    this.#queue.shift();
    this.#lastSequence = sequenced.sequence;
    this.#inFlight.push(sequenced);
  }

  /** Gives up what `peek` showed, so that its sequence goes to the next one. */
  discard(): void {
    this.#queue.shift();
  }

  /** Forgets all up to and with `sequence`. */
  acknowledge(sequence: number): void {
    this.#inFlight = this.#inFlight.filter((one) => one.sequence > sequence);
  }

  /** Whether a server that committed up to `sequence` can go on with what is here: nothing missing, nothing invented. */
  continues(sequence: number): boolean {
    const first = this.#inFlight[0]?.sequence ?? this.#lastSequence + 1;
    return sequence >= first - 1 && sequence <= this.#lastSequence;
  }

  /** Numbers what is in flight from 1 again, for a new stream. */
  renumber(): void {
    this.#inFlight = this.#inFlight.map((one, place) => ({ ...one, sequence: place + 1 }));
    this.#lastSequence = this.#inFlight.length;
  }
}
