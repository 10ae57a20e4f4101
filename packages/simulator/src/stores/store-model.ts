import type { SeriesName, Store } from '@silt/domain';

/** Numbers of a model at a point of the grid. `most`: between two points the greater one holds; else a straight line. */
export type StateKind = 'line' | 'most';

/**
 * One store that behaves. `advance` is called for each step in order; what it writes into `state` is all that `emit` may
 * look at, so that readings between two steps are a function of the moment alone.
 */
export interface StoreModel {
  readonly store: Store;
  /** In the order of the domain's catalogue. */
  readonly series: readonly SeriesName[];
  readonly state: readonly StateKind[];
  /** Step at which somebody last cleaned up what had leaked; 0 = never. */
  readonly cleanedUpStep: number;
  advance(step: number, state: Float64Array): void;
  /** Writes one whole number a series; NaN = not read. */
  emit(state: Float64Array, readings: Float64Array): void;
}

export const KIB = 2 ** 10;
export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
export const BLOCK_BYTES = 4_096;

export const roundTo = (value: number, unit: number): number => Math.round(value / unit) * unit;
export const floorTo = (value: number, unit: number): number => Math.floor(value / unit) * unit;

/** State of a model at one place; a place that is not there is a bug. */
export function at(numbers: Float64Array, place: number): number {
  return numbers[place] as number;
}
