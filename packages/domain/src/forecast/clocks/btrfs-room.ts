import type { BtrfsFacts } from '../../snapshot.ts';
import type { UsePoint } from '../use-history.ts';
import type { JoinedPoints } from './join-series.ts';
import type { SeriesPoint } from './series-history.ts';

/** A chunk takes at most this of a device, and at most `CHUNK_SHARE` of them all (fs/btrfs/volumes.c, Linux 5.15). */
const CHUNK_BYTES = 1024 ** 3;
const CHUNK_SHARE = 0.1;
/**
 * Metadata with less room fails writes: each reserves more than it takes. In the capture of a 3 GiB file system ENOSPC
 * came at 4.2 MiB, and not yet at 6.5.
 */
const METADATA_RESERVE_BYTES = 4.5 * 1024 ** 2;

const COPIES: Record<string, number> = { single: 1, raid0: 1, dup: 2, raid1: 2, raid10: 2, raid1c3: 3, raid1c4: 4 };
const PARITIES: Record<string, number> = { raid5: 1, raid6: 2 };

/** Bytes on devices for each byte of a kind; while a balance converts, of the profile that takes more. */
function deviceBytesPerByte(facts: BtrfsFacts | null, kind: 'data' | 'metadata'): number {
  const devices = facts?.devices.length ?? 0;
  const ratios = (facts?.profiles[kind] ?? []).map((profile) => {
    const parity = PARITIES[profile] ?? 0;
    return parity > 0 && devices > parity ? devices / (devices - parity) : (COPIES[profile] ?? 1);
  });
  return Math.max(1, ...ratios);
}

/**
 * Room of data or metadata, counted down from all that the devices could hold of its profile: this moves at a real
 * resize alone, while the capacity moves with every chunk that another kind takes. What no copy can be made for, as on
 * devices of unequal size, is never room.
 *
 * Takes used, capacity and `deviceBytes`.
 */
export function btrfsRoomPoint(
  kind: 'data' | 'metadata',
  facts: BtrfsFacts | null,
): (joined: JoinedPoints) => UsePoint | null {
  const ratio = deviceBytesPerByte(facts, kind);
  const reserve = kind === 'metadata' ? METADATA_RESERVE_BYTES : 0;
  return ([used, capacity, devices]) => {
    if (capacity == null || devices == null) return null;
    const whole = Math.floor(devices.last / ratio) - reserve;
    return roomPoint(used, { whole, room: capacity.last - used.last - reserve });
  };
}

/** What is free inside the chunks that a kind has now, whatever else is unallocated. Takes used and allocated. */
export function btrfsChunksPoint(kind: 'data' | 'metadata'): (joined: JoinedPoints) => UsePoint | null {
  const reserve = kind === 'metadata' ? METADATA_RESERVE_BYTES : 0;
  return ([used, allocated]) => {
    if (allocated == null) return null;
    const capacity = allocated.last - reserve;
    if (capacity <= 0) return null;
    return { at: used.at, low: used.min, high: used.max, last: used.last, capacity };
  };
}

/**
 * Unallocated space that some profile can still use; it has run out once the next whole chunk of data does not fit.
 *
 * Takes unallocated, `deviceBytes`, and allocated and capacity of data, then of metadata: their difference is what the
 * allocator can still make of it.
 */
export function btrfsUnallocatedPoint(facts: BtrfsFacts | null): (joined: JoinedPoints) => UsePoint | null {
  const [dataRatio, metadataRatio] = [deviceBytesPerByte(facts, 'data'), deviceBytesPerByte(facts, 'metadata')];
  return ([unallocated, devices, ...kinds]) => {
    if (devices == null) return null;
    const usable = Math.min(unallocated.last, usableBytes(kinds, [dataRatio, metadataRatio]));
    const nextChunk = Math.min(CHUNK_BYTES, devices.last * CHUNK_SHARE) * dataRatio;
    const whole = Math.floor(devices.last - nextChunk);
    // Turned round: much left is little used.
    const used = { ...unallocated, min: -unallocated.max, max: -unallocated.min, last: -unallocated.last };
    return roomPoint(used, { whole, room: usable - nextChunk });
  };
}

function usableBytes(
  [dataAllocated, dataCapacity, metadataAllocated, metadataCapacity]: readonly (SeriesPoint | null)[],
  [dataRatio, metadataRatio]: readonly [number, number],
): number {
  const data = dataAllocated && dataCapacity ? (dataCapacity.last - dataAllocated.last) * dataRatio : null;
  const metadata =
    metadataAllocated && metadataCapacity ? (metadataCapacity.last - metadataAllocated.last) * metadataRatio : null;
  if (data === null && metadata === null) return Number.POSITIVE_INFINITY;
  return Math.max(data ?? 0, metadata ?? 0);
}

/**
 * A point that has `room` left of `whole`; null = the whole is nothing. Lowest and highest are as far from the last one
 * as the used series has them, with the capacity of the last sample throughout.
 */
export function roomPoint(used: SeriesPoint, { whole, room }: { whole: number; room: number }): UsePoint | null {
  if (whole <= 0) return null;
  const within = (value: number): number => Math.min(whole, Math.max(0, value));
  const last = within(whole - room);
  const [low, high] = [within(last - (used.last - used.min)), within(last + (used.max - used.last))];
  return { at: used.at, low, high, last, capacity: whole };
}
