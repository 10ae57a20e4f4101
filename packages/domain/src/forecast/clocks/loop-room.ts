import type { SeriesName } from '../../series.ts';
import type { StoreKind } from '../../snapshot.ts';
import type { UsePoint } from '../use-history.ts';
import { roomPoint } from './btrfs-room.ts';
import type { JoinedPoints } from './join-series.ts';

/** How large the store on a loop file is: the file is no smaller. */
export const INNER_SIZE_SERIES = {
  filesystem: 'capacityBytes',
  btrfs: 'deviceBytes',
  'thin-pool': 'poolDataCapacityBytes',
} as const satisfies Record<StoreKind, SeriesName>;

/**
 * What the file system beneath can still give to a loop file. Takes allocated, capacity and the size of the store
 * inside.
 *
 * Counted down from the store's size, which moves at a real resize alone. While allocated + available beneath hold all
 * of it, nothing outside can run out, however much of the file is allocated: a file that was made in full is not full.
 * An ext4 is smaller than its file by its tables and reserve; the clock inside ends before that difference counts.
 */
export function loopBackingPoint([allocated, capacity, inner]: JoinedPoints): UsePoint | null {
  if (capacity == null || capacity.last <= 0) return null;
  const { at, min, max, last } = allocated;
  if (inner == null) return { at, low: min, high: max, last, capacity: capacity.last };
  if (capacity.last >= inner.last) return { at, low: 0, high: 0, last: 0, capacity: inner.last };
  return roomPoint(allocated, { whole: inner.last, room: capacity.last - last });
}
