import type { Draw } from './draw.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TIB = 2 ** 40;

/** What a trace stands for: its size, and the unit in which its use is given out. */
export interface Kind {
  resource: string;
  /** Multiple of `unitBytes`. */
  capacityBytes: number;
  /** Use is a whole number of these, rounded up. */
  unitBytes: number;
}

function kind(draw: Draw, resource: string, range: readonly [number, number], unitBytes: number): Kind {
  const units = Math.max(1, Math.round(draw.logBetween(...range) / unitBytes));
  return { resource, capacityBytes: units * unitBytes, unitBytes };
}

export const fileSystem = (draw: Draw): Kind => kind(draw, 'filesystem', [10 * GIB, 20 * TIB], 4 * KIB);
/** An inode stands for a byte: the format knows bytes alone. */
export const inodes = (draw: Draw): Kind => kind(draw, 'inodes', [1e5, 2e8], 1);
export const loopFile = (draw: Draw): Kind => kind(draw, 'loop-outside', [10 * GIB, 500 * GIB], 4 * KIB);
export const btrfsData = (draw: Draw): Kind => kind(draw, 'btrfs-data', [20 * GIB, 20 * TIB], 4 * KIB);
/** Chunks of 1 GiB, of 256 MiB on small devices; what is not unallocated is used (mkfs.btrfs, "BLOCK GROUPS"). */
export const btrfsUnallocated = (draw: Draw): Kind =>
  draw.chance(0.25)
    ? kind(draw, 'btrfs-unallocated', [8 * GIB, 50 * GIB], 256 * MIB)
    : kind(draw, 'btrfs-unallocated', [40 * GIB, 4 * TIB], GIB);
/** Blocks of 64 KiB … 4 MiB (dm-thin allows up to 1 GiB). */
export const thinData = (draw: Draw): Kind =>
  kind(draw, 'thin-data', [10 * GIB, 4 * TIB], draw.pick([64 * KIB, 128 * KIB, 512 * KIB, MIB, 4 * MIB]));
/** Blocks of 4 KiB of a device of 2 … 128 MiB. */
export const thinMetadata = (draw: Draw): Kind => kind(draw, 'thin-metadata', [2 * MIB, 128 * MIB], 4 * KIB);

/** Any but those with stairs of their own. */
export const anyKind = (draw: Draw): Kind =>
  draw.pick([fileSystem, fileSystem, fileSystem, btrfsData, inodes, loopFile, thinData])(draw);
