import type { SeriesName, Store } from '@silt/domain';
import { type Process, steady } from '../processes.ts';
import { Leak, Patience } from '../relief.ts';
import { at, BLOCK_BYTES, floorTo, KIB, MIB, roundTo, type StateKind, type StoreModel } from './store-model.ts';

const DATA_BLOCK_BYTES = 64 * KIB;
/** The kernel counts min(10 %, 16 MiB) of the metadata as used from the first. */
const METADATA_FLOOR_SHARE = 0.1;
const METADATA_FLOOR_BYTES = 16 * MIB;
/** LVM makes no thin device or snapshot when less metadata is left: there growth ends, before the kernel gives up. */
const METADATA_RESERVE_BYTES = 4 * MIB;
/** Somebody stops the writers here, so that the pool stays in the state that its facts tell. */
const MOST_DATA_SHARE = 0.99;

export interface ThinPoolOptions {
  store: Store;
  dataBytes: number;
  metadataBytes: number;
  data: Process;
  dataLeak?: Process;
  metadata: Process;
  metadataLeak?: Process;
}

/** Two clocks: data blocks and metadata blocks, each with an end of its own. */
export class ThinPoolModel implements StoreModel {
  readonly store: Store;
  readonly series: readonly SeriesName[] = [
    'poolDataUsedBytes',
    'poolDataCapacityBytes',
    'poolMetadataUsedBytes',
    'poolMetadataCapacityBytes',
  ];
  readonly state: readonly StateKind[] = ['line', 'line'];
  readonly #options: ThinPoolOptions;
  readonly #dataBytes: number;
  readonly #metadataBytes: number;
  readonly #dataLeak: Leak;
  readonly #metadataLeak: Leak;
  readonly #patience = new Patience();

  constructor(options: ThinPoolOptions) {
    this.#options = options;
    this.store = options.store;
    this.#dataBytes = floorTo(options.dataBytes, DATA_BLOCK_BYTES);
    this.#metadataBytes = floorTo(options.metadataBytes, BLOCK_BYTES);
    this.#dataLeak = new Leak(options.dataLeak ?? steady(0));
    this.#metadataLeak = new Leak(options.metadataLeak ?? steady(0));
  }

  get cleanedUpStep(): number {
    return this.#metadataLeak.undoneAtStep;
  }

  advance(step: number, state: Float64Array): void {
    const floor = Math.min(this.#metadataBytes * METADATA_FLOOR_SHARE, METADATA_FLOOR_BYTES);
    const mostData = this.#dataBytes * MOST_DATA_SHARE;
    const mostMetadata = this.#metadataBytes - METADATA_RESERVE_BYTES;
    const data = this.#options.data(step) + this.#dataLeak.at(step);
    const metadata = floor + this.#options.metadata(step) + this.#metadataLeak.at(step);
    if (this.#patience.isOver(data > mostData || metadata > mostMetadata)) {
      this.#dataLeak.undo(step);
      this.#metadataLeak.undo(step);
    }
    state[0] = Math.min(mostData, Math.max(0, data));
    state[1] = Math.min(mostMetadata, Math.max(floor, metadata));
  }

  emit(state: Float64Array, readings: Float64Array): void {
    readings[0] = roundTo(at(state, 0), DATA_BLOCK_BYTES);
    readings[1] = this.#dataBytes;
    readings[2] = roundTo(at(state, 1), BLOCK_BYTES);
    readings[3] = this.#metadataBytes;
  }
}
