import { statfsSync } from 'node:fs';

/** A host with 7 days of blocks, 90 days of hours and days, and some tens of items: 0.74 MB were seen, and half again. */
const BYTES_A_HOST = 1_100_000;
/** Write-ahead log (max_wal_size is 2 GB), sorts, and the 90 days of 100 hosts. */
const BYTES_BESIDE = 6_000_000_000;

/** Free bytes that a run needs. */
export const neededBytes = (hosts: number): number => BYTES_BESIDE + hosts * BYTES_A_HOST;

/** @returns null = there is room; else a sentence for people. */
export function shortOfRoom(hosts: number, freeBytes: number): string | null {
  const needed = neededBytes(hosts);
  if (freeBytes >= needed) return null;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  return `${hosts} hosts need ${gigabytes(needed)} GB of free disk, and there are ${gigabytes(freeBytes)} GB. Set TMPDIR to a folder with more, or ask for fewer hosts.`;
}

/** What an ordinary user may take (statfs(2): f_bavail). */
export function freeBytesAt(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
