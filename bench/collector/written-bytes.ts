import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Counts what is appended to the files of a folder, if it is looked at more often than a file grows and goes. */
export class WrittenBytes {
  readonly #folder: string;
  readonly #sizes = new Map<string, number>();
  #total = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get total(): number {
    return this.#total;
  }

  look(): void {
    for (const name of readdirSync(this.#folder)) {
      const size = statSync(join(this.#folder, name), { throwIfNoEntry: false })?.size ?? 0;
      const known = this.#sizes.get(name) ?? 0;
      if (size <= known) continue;
      this.#total += size - known;
      this.#sizes.set(name, size);
    }
  }
}
