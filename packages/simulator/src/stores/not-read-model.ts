import type { SeriesName, Store } from '@silt/domain';
import type { StateKind, StoreModel } from './store-model.ts';

/** A file system that the collector sees mounted and may not ask. */
export class NotReadModel implements StoreModel {
  readonly store: Store;
  readonly series: readonly SeriesName[] = ['usedBytes', 'capacityBytes'];
  readonly state: readonly StateKind[] = [];
  readonly cleanedUpStep = 0;

  constructor(store: Store) {
    this.store = store;
  }

  advance(): void {}

  emit(_state: Float64Array, readings: Float64Array): void {
    readings.fill(Number.NaN);
  }
}
