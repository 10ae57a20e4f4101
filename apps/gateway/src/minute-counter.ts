const MINUTE_MILLISECONDS = 60_000;
/** Different ones counted at once; those above it are not counted, so that memory stays bounded. */
export const MAX_COUNTED = 50_000;

/** How often something happened in the minute that runs, by whatever name. */
export class MinuteCounter {
  #minute = 0;
  readonly #counts = new Map<string, number>();

  /** Counts one more. */
  add(name: string, now: number): void {
    this.#turn(now);
    const count = this.#counts.get(name);
    if (count !== undefined || this.#counts.size < MAX_COUNTED) this.#counts.set(name, (count ?? 0) + 1);
  }

  of(name: string, now: number): number {
    this.#turn(now);
    return this.#counts.get(name) ?? 0;
  }

  #turn(now: number): void {
    const minute = Math.floor(now / MINUTE_MILLISECONDS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#counts.clear();
  }
}
