import type { Snapshot } from '@silt/domain';
import type { Outbox, Outgoing, OutgoingInventory, OutgoingSnapshot, ProducedInventory } from '@silt/wire/client';

/** Told before it goes to the socket. */
export type OnSent = (sent: { stream: string; outgoing: Outgoing }) => void;

/** An outbox that tells what is about to be sent; all else is the inner one's. */
export class JournalingOutbox implements Outbox {
  readonly #inner: Outbox;
  readonly #onSent: OnSent;

  constructor(inner: Outbox, onSent: OnSent) {
    this.#inner = inner;
    this.#onSent = onSent;
  }

  get stream(): string {
    return this.#inner.stream;
  }

  get lastSequence(): number {
    return this.#inner.lastSequence;
  }

  get waiting(): number {
    return this.#inner.waiting;
  }

  get onReady(): () => void {
    return this.#inner.onReady;
  }

  set onReady(call: () => void) {
    this.#inner.onReady = call;
  }

  add(snapshot: Snapshot): void {
    this.#inner.add(snapshot);
  }

  get needsFullInventory(): boolean {
    return this.#inner.needsFullInventory;
  }

  get fullInventoryWaits(): boolean {
    return this.#inner.fullInventoryWaits;
  }

  addInventory(inventory: ProducedInventory): void {
    this.#inner.addInventory(inventory);
  }

  resume(committed: number): Promise<boolean> {
    return this.#inner.resume(committed);
  }

  next(): Outgoing | null {
    const outgoing = this.#inner.next();
    if (outgoing !== null) this.#onSent({ stream: this.stream, outgoing });
    return outgoing;
  }

  setAside(outgoing: OutgoingSnapshot | OutgoingInventory): void {
    this.#inner.setAside(outgoing);
  }

  acknowledge(sequence: number): void {
    this.#inner.acknowledge(sequence);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
