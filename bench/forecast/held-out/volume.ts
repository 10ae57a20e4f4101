import { logBetween, type Random } from './draw.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const BLOCK_BYTES = 4_096;

/** What fills: its capacity is a whole number of blocks, and so is each reading of it. */
export interface Volume {
  resource: string;
  capacityBytes: number;
  blockBytes: number;
}

const volumeOf = (resource: string, bytes: number, blockBytes: number): Volume => ({
  resource,
  capacityBytes: Math.floor(bytes / blockBytes) * blockBytes,
  blockBytes,
});

export const drawFilesystem = (random: Random): Volume =>
  volumeOf('filesystem', logBetween(random, 20 * GIB, 8_000 * GIB), BLOCK_BYTES);

/** Its used bytes are what chunks were allocated; the step is what it allocates at once. */
export const drawBtrfs = (random: Random): Volume =>
  volumeOf('btrfs-unallocated', logBetween(random, 40 * GIB, 400 * GIB), GIB);

/** Data blocks of 64 KiB to 1 MiB, as LVM and Docker set them. */
export const drawThinData = (random: Random): Volume =>
  volumeOf('thin-data', logBetween(random, 40 * GIB, 2_000 * GIB), 2 ** Math.floor(logBetween(random, 16, 20.99)));

export const drawThinMetadata = (random: Random): Volume =>
  volumeOf('thin-metadata', logBetween(random, 16 * MIB, 2_000 * MIB), BLOCK_BYTES);

/** The least that LVM makes is 2 MiB: some 500 blocks. */
export const drawTinyMetadata = (random: Random): Volume =>
  volumeOf('thin-metadata', logBetween(random, 2 * MIB, 12 * MIB), BLOCK_BYTES);

export const drawInodes = (random: Random): Volume => volumeOf('inodes', logBetween(random, 6e5, 6e7), 1);
