import type { SeriesName, Store } from '@silt/domain';
import type { FileSystemModel } from './file-system-model.ts';
import { at, BLOCK_BYTES, roundTo, type StateKind, type StoreModel } from './store-model.ts';

/** Blocks that mkfs writes, by share of the file. */
const MKFS_SHARE = 0.002;

/**
 * A file system on a sparse file of another one. The file only grows: what is deleted within stays allocated outside
 * until somebody trims, which here nobody does.
 */
export class LoopModel implements StoreModel {
  readonly store: Store;
  readonly series: readonly SeriesName[];
  readonly state: readonly StateKind[];
  readonly #inner: FileSystemModel;
  readonly #outer: FileSystemModel;
  readonly #apparentBytes: number;
  #allocatedBytes: number;

  /** Takes its place on `outer`, which must come after it in the host's models. */
  constructor(inner: FileSystemModel, outer: FileSystemModel, apparentBytes: number) {
    this.#inner = inner;
    this.#outer = outer;
    this.#apparentBytes = apparentBytes;
    this.#allocatedBytes = roundTo(apparentBytes * MKFS_SHARE, BLOCK_BYTES);
    this.store = inner.store;
    this.series = [...inner.series, 'backingAllocatedBytes', 'backingCapacityBytes'];
    this.state = [...inner.state, 'most'];
    outer.loopFiles.push(() => this.#allocatedBytes);
  }

  get cleanedUpStep(): number {
    return this.#inner.cleanedUpStep;
  }

  advance(step: number, state: Float64Array): void {
    this.#inner.advance(step, state);
    const written = roundTo(at(state, 0), BLOCK_BYTES);
    this.#allocatedBytes = Math.min(this.#apparentBytes, Math.max(this.#allocatedBytes, written));
    state[this.state.length - 1] = this.#allocatedBytes;
  }

  emit(state: Float64Array, readings: Float64Array): void {
    this.#inner.emit(state, readings);
    const allocated = at(state, this.state.length - 1);
    const place = this.#inner.series.length;
    readings[place] = allocated;
    readings[place + 1] = Math.min(this.#apparentBytes, allocated + this.#outer.availableBytes);
  }
}
