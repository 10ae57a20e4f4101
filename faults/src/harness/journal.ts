import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What a load process knows of its own: enough to say from outside what must be stored. Host: its number in the load. */
export type JournalEntry =
  /** Made, and about to be handed over. `marker` is its first reading, unique on its host. */
  | { kind: 'produced'; host: number; marker: number; content: string }
  /** Handed over, and kept: on disk where there is a spool. */
  | { kind: 'kept'; host: number; marker: number }
  | { kind: 'sent'; host: number; stream: string; sequence: number; marker: number }
  /** Everything up to `sequence`, but for what is refused. */
  | { kind: 'acknowledged'; host: number; stream: string; sequence: number; refused: number[] };

/** Written line by line before the next step is taken, so that it outlives a kill. */
export class JournalWriter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(entry: JournalEntry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}

/** A line that a kill cut short is left out: it is the last one. */
export function readJournal(file: string): JournalEntry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalEntry);
}
