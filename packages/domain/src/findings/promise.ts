import { HELD_SERIES } from '../items/held-series.ts';
import type { SeriesName } from '../series.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Promised } from './rule.ts';

/** What falls when something that a store holds is gone; null = the store is not known. */
export function heldSeriesOf({ layout }: Pick<Snapshot, 'layout'>, storeKey: string | null): SeriesName | null {
  const store = layout.stores.find(({ key }) => key === storeKey);
  return store === undefined ? null : HELD_SERIES[store.kind];
}

/** null = how much is not known, or nothing, or of which reading. */
export const fallsBy = (bytes: number | null, series: SeriesName | null): Promised | null =>
  bytes === null || bytes <= 0 || series === null ? null : { bytes: Math.round(bytes), series, rises: false };
