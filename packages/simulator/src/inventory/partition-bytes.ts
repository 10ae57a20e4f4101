import type { Store } from '@silt/domain';
import { ext4Bytes, xfsBytes } from '../fleet/common-stores.ts';
import { GIB, MIB } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';

const VFAT_BYTES = 512 * MIB;

/** Size of the device beneath a store, of the first of several, as its readings tell it. */
export function partitionBytesOf(moment: Moment, { key, fileSystemType, btrfs }: Store): number {
  if (btrfs !== null) return moment.reading(key, 'deviceBytes') / btrfs.devices.length;
  if (fileSystemType === 'vfat') return VFAT_BYTES;
  // What the file system keeps for its own tables comes on top.
  const bytesOfGib = fileSystemType === 'ext4' ? ext4Bytes(1) : xfsBytes(1);
  return Math.round(moment.reading(key, 'capacityBytes') / bytesOfGib) * GIB;
}
