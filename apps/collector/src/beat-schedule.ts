/** Beats closer together or further apart are not taken from a server. */
export const MIN_BEAT_MILLISECONDS = 1_000;
export const MAX_BEAT_MILLISECONDS = 3_600_000;

/**
 * Milliseconds until the next beat of the grid that `anchor` and `beat` give. It does not drift with what a beat takes, and
 * beats that were missed are left out rather than made up for.
 */
export function untilNextBeat(anchor: number, beatMilliseconds: number, now: number): number {
  return beatMilliseconds - ((now - anchor) % beatMilliseconds);
}

/** Calls `beat` on a regular grid, never twice at once. */
export class BeatSchedule {
  readonly #beat: () => Promise<void>;
  #milliseconds: number;
  #anchor = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;

  /** `beat` must not throw. */
  constructor(milliseconds: number, beat: () => Promise<void>) {
    this.#milliseconds = milliseconds;
    this.#beat = beat;
  }

  /** The first beat comes one interval from now. */
  start(): void {
    this.#anchor = performance.now();
    this.#plan();
  }

  /** From here on at this interval, kept within the bounds. */
  setInterval(milliseconds: number): void {
    this.#milliseconds = Math.min(MAX_BEAT_MILLISECONDS, Math.max(MIN_BEAT_MILLISECONDS, milliseconds));
    this.#plan();
  }

  /** One beat at once, and the grid from here; a beat that runs already is the one. Settles with that beat. */
  async beatNow(): Promise<void> {
    this.#anchor = performance.now();
    this.#plan();
    this.#run();
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#stopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const wait = untilNextBeat(this.#anchor, this.#milliseconds, performance.now());
    this.#timer = setTimeout(() => {
      this.#plan();
      this.#run();
    }, wait);
  }

  #run(): void {
    if (this.#stopped || this.#running !== null) return;
    this.#running = this.#beat().finally(() => {
      this.#running = null;
    });
  }
}
