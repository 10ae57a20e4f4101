import { STEPS_AN_HOUR } from './calendar.ts';
import type { Process } from './processes.ts';

/** How long a store stays full until somebody cleans up. */
const PATIENCE_STEPS = 30 * STEPS_AN_HOUR;

/** Growth that somebody can undo, after which it begins anew. */
export class Leak {
  /** 0 = never. */
  undoneAtStep = 0;
  readonly #process: Process;
  #undone = 0;

  constructor(process: Process) {
    this.#process = process;
  }

  at(step: number): number {
    return this.#process(step) - this.#undone;
  }

  undo(step: number): void {
    this.#undone = this.#process(step);
    this.undoneAtStep = step;
  }
}

/** Tells, step by step, when a store has been full for so long that somebody acts. */
export class Patience {
  #fullSteps = 0;

  isOver(full: boolean): boolean {
    this.#fullSteps = full ? this.#fullSteps + 1 : 0;
    if (this.#fullSteps < PATIENCE_STEPS) return false;
    this.#fullSteps = 0;
    return true;
  }
}
