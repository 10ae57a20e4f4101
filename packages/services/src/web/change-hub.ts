import type { Changes } from '@silt/db';
import type { LiveChange } from '@silt/domain';

/** A subscriber is told at most this often; what changes meanwhile is told together. */
export const CHANGE_INTERVAL_MILLISECONDS = 1_000;
/** Hosts named in one change; more become `many`, so that a slow reader costs no memory. */
export const MAX_CHANGED_HOSTS = 500;

/** Gives each subscriber the changes of its own organisation. Holds a set of ids a subscriber, never a queue. */
export class ChangeHub {
  readonly #subscribers = new Set<Subscriber>();

  publish(changes: Changes): void {
    for (const subscriber of this.#subscribers) {
      if (changes.many) subscriber.addMany();
      else subscriber.add(changes.hostIds.get(subscriber.organisationId) ?? []);
    }
  }

  /** Ends when the signal aborts. */
  async *subscribe(organisationId: string, signal: AbortSignal): AsyncGenerator<LiveChange, void, void> {
    const subscriber = new Subscriber(organisationId);
    const wake = () => subscriber.wake();
    this.#subscribers.add(subscriber);
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const change = subscriber.take();
        if (change === null) {
          await subscriber.changed();
          continue;
        }
        yield change;
        if (!signal.aborted) await rest(signal);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#subscribers.delete(subscriber);
    }
  }
}

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, CHANGE_INTERVAL_MILLISECONDS);
    signal.addEventListener('abort', end);
  });
}

class Subscriber {
  readonly organisationId: string;
  #hostIds = new Set<string>();
  #many = false;
  #wake = () => {};

  constructor(organisationId: string) {
    this.organisationId = organisationId;
  }

  add(hostIds: readonly string[]): void {
    if (hostIds.length === 0 || this.#many) return;
    for (const hostId of hostIds) this.#hostIds.add(hostId);
    if (this.#hostIds.size > MAX_CHANGED_HOSTS) this.addMany();
    else this.#wake();
  }

  addMany(): void {
    this.#many = true;
    this.#hostIds.clear();
    this.#wake();
  }

  /** All since the last call; null = nothing. */
  take(): LiveChange | null {
    const change: LiveChange | null = this.#many
      ? { kind: 'many' }
      : this.#hostIds.size > 0
        ? { kind: 'hosts', hostIds: [...this.#hostIds] }
        : null;
    this.#many = false;
    this.#hostIds = new Set();
    return change;
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake();
  }
}
