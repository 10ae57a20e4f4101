import { HOUR_SECONDS } from '../family.ts';

/** The last use in each slot of some hours; what came before the last `slots` is forgotten. */
export class GridPoints {
  readonly #slotSeconds: number;
  readonly #slots: number;
  /** Slot numbers rise; a slot in which nothing was read is left out. */
  points: { slot: number; used: number }[] = [];
  capacity = 0;

  constructor(slotHours: number, slots: number) {
    this.#slotSeconds = slotHours * HOUR_SECONDS;
    this.#slots = slots;
  }

  add(at: number, used: number, capacity: number): void {
    const slot = Math.floor(at / this.#slotSeconds);
    const last = this.points.at(-1);
    if (last?.slot === slot) last.used = used;
    else this.points.push({ slot, used });
    this.capacity = capacity;
    const kept = this.points.findIndex((point) => point.slot > slot - this.#slots);
    if (kept > 0) this.points.splice(0, kept);
  }
}
