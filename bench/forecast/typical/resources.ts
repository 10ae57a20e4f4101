import { between, chance, pick, type Random } from '../draw.ts';

/** What a trace is of, how much of it there is, and in what pieces it is handed out. */
export interface Kind {
  resource: string;
  bytes: number;
  unitBytes: number;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;
const GIB = 1_024 * MIB;

const DISK_GIB = [20, 32, 40, 64, 80, 100, 120, 160, 200, 250, 400, 500, 930, 1_000, 1_860, 2_000] as const;
const POOL_GIB = [40, 95, 100, 150, 200, 300, 500, 900] as const;
const BTRFS_GIB = [32, 40, 60, 80, 100, 120, 160, 240, 400, 480] as const;
const THIN_METADATA_MIB = [32, 48, 64, 100, 128, 200, 256, 512, 1_024] as const;

/** A part of a disk, less what the file system keeps to itself. */
export const drawFilesystem = (random: Random): Kind => ({
  resource: 'filesystem',
  bytes: Math.round(pick(random, DISK_GIB) * between(random, 0.9, 0.99) * GIB),
  unitBytes: 4 * KIB,
});

/** Counted, not weighed: one a 16 KiB, as ext4 has. */
const drawInodes = (random: Random): Kind => ({
  resource: 'inodes',
  bytes: pick(random, DISK_GIB) * (GIB / (16 * KIB)),
  unitBytes: 1,
});

export const drawThinData = (random: Random): Kind => ({
  resource: 'thin-data',
  bytes: pick(random, POOL_GIB) * GIB,
  unitBytes: pick(random, [64, 128, 256, 512]) * KIB,
});

export const drawThinMetadata = (random: Random): Kind => ({
  resource: 'thin-metadata',
  bytes: pick(random, THIN_METADATA_MIB) * MIB,
  unitBytes: 4 * KIB,
});

/** What chunks have taken of the device. */
export const drawBtrfs = (random: Random): Kind => ({
  resource: 'btrfs-unallocated',
  bytes: Math.round(pick(random, BTRFS_GIB) * between(random, 0.93, 1) * 1_024) * MIB,
  unitBytes: MIB,
});

/** What grows by files: mostly a file system by its bytes. */
export function drawUsual(random: Random): Kind {
  if (chance(random, 0.75)) return drawFilesystem(random);
  return chance(random, 0.6) ? drawThinData(random) : drawInodes(random);
}

/** Of its bytes: 1 GiB, or a tenth where that is less. */
export const btrfsChunkShare = ({ bytes }: Kind): number => Math.min(0.1, GIB / bytes);

/** What the kernel counts as used of thin metadata from the first: 16 MiB, or a tenth where that is less. */
export const thinMetadataFloor = ({ bytes }: Kind): number => Math.min(0.1, (16 * MIB) / bytes);
