import type { SeriesName } from '../series.ts';
import type { Reading, Snapshot, Store } from '../snapshot.ts';

export interface StoreReadings {
  store: Store;
  /** The latest reading of a series; null = not read, or the store has none of it. */
  read(series: SeriesName): Reading;
}

/** The stores of a snapshot with what was read of each. */
export function storeReadings({ layout, readings }: Snapshot): StoreReadings[] {
  const places = new Map(layout.entries.map(({ storeKey, series }, place) => [`${series} ${storeKey}`, place]));
  return layout.stores.map((store) => ({
    store,
    read: (series) => {
      const place = places.get(`${series} ${store.key}`);
      return place === undefined ? null : (readings[place] ?? null);
    },
  }));
}
