import type { ThinPoolFacts } from '../../snapshot.ts';
import type { UsePoint } from '../use-history.ts';
import type { JoinedPoints } from './join-series.ts';

/** LVM's default of activation/thin_pool_autoextend_percent; a setting of one host is not in the series. */
const AUTOEXTEND_SHARE = 0.2;
/** Steps of 20 % from one byte to 2^53. */
const MAX_AUTOEXTEND_STEPS = 256;
/** The kernel uses no more of a metadata device (THIN_METADATA_MAX_SECTORS of drivers/md/dm-thin-metadata.h). */
export const MAX_POOL_METADATA_BYTES = 255 * (2 ** 14 - 64) * 4_096;

/**
 * What a pool of `sizeBytes` becomes with `freeBytes` in its volume group. A step that does not fit whole is not made,
 * so that a group with less free than the next step adds nothing.
 */
export function sizeAfterAutoextend(sizeBytes: number, freeBytes: number): number {
  let [size, free] = [sizeBytes, freeBytes];
  for (let count = 0; count < MAX_AUTOEXTEND_STEPS; count += 1) {
    const step = size * AUTOEXTEND_SHARE;
    if (step <= 0 || step > free) break;
    size += step;
    free -= step;
  }
  return Math.floor(size);
}

/**
 * Data or metadata of a thin pool. Where autoextend is in force, which its low-water mark tells, it can grow to what
 * the volume group can still give. Takes used, capacity and `poolGroupFreeBytes`.
 *
 * What is free in the group is known since the last slow beat. Enlarging the pool moves bytes from one to the other, so
 * the sum of both stands until it is asked again, and through an hour in which the pool was enlarged.
 */
export function poolPoint(facts: ThinPoolFacts | null, maxBytes: number): (joined: JoinedPoints) => UsePoint | null {
  const isAutoextended = (facts?.lowWaterBlocks ?? 0) > 0;
  let sum: number | null = null;
  return ([used, capacity, groupFree]) => {
    if (capacity == null || capacity.last <= 0) return null;
    const size = capacity.last;
    if (groupFree != null && (sum === null || capacity.min === capacity.max)) sum = size + groupFree.last;
    const grown = isAutoextended && sum !== null ? sizeAfterAutoextend(size, sum - size) : size;
    const { at, min, max, last } = used;
    return { at, low: min, high: max, last, capacity: Math.max(size, Math.min(maxBytes, grown)) };
  };
}
