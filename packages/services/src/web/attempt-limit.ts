/** Keys remembered at most; the oldest is forgotten first, so that made-up keys cannot fill the memory. */
const MAX_KEYS = 10_000;

/** Counts attempts a key within a window that begins with the first one. In memory: of this process alone. */
export class AttemptLimit {
  readonly #windowMilliseconds: number;
  readonly #max: number;
  readonly #windows = new Map<string, { since: number; count: number }>();

  constructor({ windowMilliseconds, max }: { windowMilliseconds: number; max: number }) {
    this.#windowMilliseconds = windowMilliseconds;
    this.#max = max;
  }

  /** Whether one more attempt is allowed; it counts if so. */
  take(key: string, now: number): boolean {
    const known = this.#windows.get(key);
    const window = known && now - known.since < this.#windowMilliseconds ? known : { since: now, count: 0 };
    if (window.count >= this.#max) return false;
    window.count += 1;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size > MAX_KEYS) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return true;
  }
}
