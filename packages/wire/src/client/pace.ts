/** So many records a second and collector, beyond the first ones in flight, go to a server after an outage. */
export const MAX_CATCH_UP_PER_SECOND = 100;

/** Spreads a backlog over time: a bucket of `burst` sends that fills at a steady rate. */
export class Pace {
  readonly #perMillisecond: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#perMillisecond = perSecond / 1_000;
    this.#burst = burst;
    this.#left = burst;
    this.#at = now;
  }

  /** Takes one send and gives 0, or the milliseconds until there is one. `now`: of a clock that never steps. */
  take(now: number): number {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMillisecond);
    this.#at = now;
    if (this.#left < 1) return Math.ceil((1 - this.#left) / this.#perMillisecond);
    this.#left -= 1;
    return 0;
  }
}
