import { HOUR_SECONDS } from '../family.ts';

/** Freed from the front once as much is out of the window. */
const LEAST_TO_FREE = 256;

export interface Reading {
  /** Seconds. */
  at: number;
  free: number;
  used: number;
  capacity: number;
}

/** The readings of the last hours, with rising times; the last one before them too, since it holds into them. */
export class SampleWindow {
  readonly #seconds: number;
  #readings: Reading[] = [];
  #first = 0;

  constructor(hours: number) {
    this.#seconds = hours * HOUR_SECONDS;
  }

  add(at: number, used: number, capacity: number): void {
    this.#readings.push({ at, used, capacity, free: capacity - used });
  }

  get latest(): Reading | undefined {
    return this.#readings.at(-1);
  }

  /** What was read in the `seconds` before `now`, both ends included. */
  within(now: number, seconds: number = this.#seconds): Reading[] {
    this.#forget(now - this.#seconds);
    let from = this.#readings.length;
    while (from > this.#first && (this.#readings[from - 1] as Reading).at >= now - seconds) from -= 1;
    return this.#readings.slice(from);
  }

  /** What held at a moment: the last reading up to it. */
  at(moment: number): Reading | undefined {
    let place = this.#readings.length - 1;
    while (place >= this.#first && (this.#readings[place] as Reading).at > moment) place -= 1;
    return place >= this.#first ? this.#readings[place] : undefined;
  }

  #forget(before: number): void {
    while (this.#first + 1 < this.#readings.length && (this.#readings[this.#first + 1] as Reading).at <= before)
      this.#first += 1;
    if (this.#first < LEAST_TO_FREE || this.#first < this.#readings.length / 2) return;
    this.#readings = this.#readings.slice(this.#first);
    this.#first = 0;
  }
}
