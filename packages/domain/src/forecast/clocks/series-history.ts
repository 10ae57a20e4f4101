import type { SeriesName } from '../../series.ts';
import type { Store } from '../../snapshot.ts';

/** A rolled-up hour of one series, or ten minutes of it. */
export interface SeriesPoint {
  /** Of the last sample, milliseconds since the epoch. Series of one beat share it. */
  at: number;
  min: number;
  max: number;
  last: number;
}

/** As `UseHistory`, of one series: hours oldest first, and ten minutes each of the last `RECENT_HOURS`. */
export interface SeriesHistory {
  hours: readonly SeriesPoint[];
  recent: readonly SeriesPoint[];
}

/** What was read of a store over time. A series that is left out was never read. */
export interface StoreSeries {
  store: Pick<Store, 'kind' | 'loop' | 'btrfs' | 'thinPool'>;
  series: Partial<Record<SeriesName, SeriesHistory>>;
}
