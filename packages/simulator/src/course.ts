import { STEP_MILLISECONDS } from './calendar.ts';
import type { StoreModel } from './stores/store-model.ts';

interface Part {
  model: StoreModel;
  /** State at the step before the moment, at the step after it, and at the moment. */
  before: Float64Array;
  after: Float64Array;
  moment: Float64Array;
  readings: Float64Array;
}

/**
 * Readings of a host's stores at any moment. It keeps its place: moments that only rise cost a step of the models each
 * five minutes, a moment before the last one starts from the origin again.
 */
export class Course {
  /** In the order of `places`; overwritten by the next `at`. NaN = not read. */
  readonly readings: Float64Array;
  readonly #build: () => StoreModel[];
  readonly #originStep: number;
  readonly #places: ReadonlyMap<string, number>;
  #parts: Part[] = [];
  /** Step of `before`. */
  #step = Number.POSITIVE_INFINITY;

  /** `places`: where the readings of a store begin, by its key. */
  constructor(build: () => StoreModel[], originStep: number, places: ReadonlyMap<string, number>, length: number) {
    this.#build = build;
    this.#originStep = originStep;
    this.#places = places;
    this.readings = new Float64Array(length);
  }

  /** Milliseconds since the epoch; a moment before the origin is taken as the origin. */
  at(milliseconds: number): Float64Array {
    const position = Math.max(milliseconds / STEP_MILLISECONDS, this.#originStep);
    const step = Math.floor(position);
    if (step < this.#step) this.#restart();
    while (this.#step < step) this.#advance();
    const share = position - step;
    for (let place = this.#parts.length - 1; place >= 0; place -= 1) {
      const part = this.#parts[place] as Part;
      between(part, share);
      part.model.emit(part.moment, part.readings);
    }
    return this.readings;
  }

  /** As of the last `at`: the step at which a store was last cleaned up, five minutes ahead at most; 0 = never. */
  cleanedUpStep(storeKey: string): number {
    return this.#parts.find(({ model }) => model.store.key === storeKey)?.model.cleanedUpStep ?? 0;
  }

  #restart(): void {
    this.#parts = this.#build().map((model) => {
      const place = this.#places.get(model.store.key) ?? 0;
      const state = () => new Float64Array(model.state.length);
      const readings = this.readings.subarray(place, place + model.series.length);
      return { model, before: state(), after: state(), moment: state(), readings };
    });
    this.#step = this.#originStep;
    for (const { model, before } of this.#parts) model.advance(this.#step, before);
    for (const { model, after } of this.#parts) model.advance(this.#step + 1, after);
  }

  #advance(): void {
    this.#step += 1;
    for (const part of this.#parts) {
      const { before, after } = part;
      part.before = after;
      part.after = before;
      part.model.advance(this.#step + 1, before);
    }
  }
}

function between({ model, before, after, moment }: Part, share: number): void {
  for (let place = 0; place < moment.length; place += 1) {
    const low = before[place] as number;
    const high = after[place] as number;
    moment[place] = model.state[place] === 'most' ? Math.max(low, high) : low + (high - low) * share;
  }
}
