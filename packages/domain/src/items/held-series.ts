import type { SeriesName } from '../series.ts';
import type { StoreKind } from '../snapshot.ts';

/** What a store's items add up to, and the series that grows with them: on btrfs its data, since `df` has metadata in it. */
export const HELD_SERIES = {
  filesystem: 'usedBytes',
  btrfs: 'dataUsedBytes',
  'thin-pool': 'poolDataUsedBytes',
} as const satisfies Record<StoreKind, SeriesName>;
