import { DAY_MILLISECONDS } from './calendar.ts';
import { noise, Random } from './random.ts';

const MINUTE_MILLISECONDS = 60_000;
const LEAST_DAYS_UP = 24;
const MOST_DAYS_UP = 50;

/** When a host was started: regularly, for ever, each time after some minutes down. */
export class Boots {
  readonly #name: string;
  readonly #key: number;
  readonly #periodMilliseconds: number;
  readonly #phaseMilliseconds: number;

  constructor(name: string, key: number) {
    this.#name = name;
    this.#key = key;
    const random = new Random(`${name} boots`);
    this.#periodMilliseconds = Math.round(random.between(LEAST_DAYS_UP, MOST_DAYS_UP) * DAY_MILLISECONDS);
    this.#phaseMilliseconds = Math.round(random.next() * this.#periodMilliseconds);
  }

  /** Of the boot that `at` lies in; milliseconds since the epoch. */
  bootedAt(at: number): number {
    return this.#numberAt(at) * this.#periodMilliseconds + this.#phaseMilliseconds;
  }

  bootId(at: number): string {
    return new Random(`${this.#name} boot ${this.#key} ${this.#numberAt(at)}`).uuid();
  }

  /** On its way down and up again, before the next boot. */
  isDown(at: number): boolean {
    const number = this.#numberAt(at);
    const minutes = 4 + 8 * noise(this.#key, number);
    return at > (number + 1) * this.#periodMilliseconds + this.#phaseMilliseconds - minutes * MINUTE_MILLISECONDS;
  }

  #numberAt(at: number): number {
    return Math.floor((at - this.#phaseMilliseconds) / this.#periodMilliseconds);
  }
}
