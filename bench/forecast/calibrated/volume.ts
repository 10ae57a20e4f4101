import type { Draw } from '../shapes/draw.ts';

export interface Volume {
  /** Bytes, a multiple of `unit`. */
  capacity: number;
  /** Bytes; use is counted in it. */
  unit: number;
}

const GIB = 2 ** 30;
const BLOCK_BYTES = 4_096;
/** From a small root file system to an array of some disks. */
const [SMALLEST_GIB, LARGEST_GIB] = [16, 8_192];

export function volumeOf(draw: Draw): Volume {
  const blocks = Math.round((draw.logBetween(SMALLEST_GIB, LARGEST_GIB) * GIB) / BLOCK_BYTES);
  return { capacity: blocks * BLOCK_BYTES, unit: BLOCK_BYTES };
}
