import { wholeOf } from '../whole-of.ts';

const SECTOR_BYTES = 512;

/** /sys/block/X/size counts sectors of 512 bytes, whatever the device's own are (kernel, ABI/stable/sysfs-block). */
export function parseSizeBytes(text: string): number | null {
  const sectors = wholeOf(text);
  const bytes = sectors === null ? null : sectors * SECTOR_BYTES;
  return bytes === null || Number.isSafeInteger(bytes) ? bytes : null;
}

/** `0` or `1`; null = something else. */
export function parseFlag(text: string): boolean | null {
  const word = text.trim();
  return word === '1' ? true : word === '0' ? false : null;
}

/** `8:1`; null = something else. */
export function parseDeviceNumber(text: string): string | null {
  const word = text.trim();
  return /^\d{1,9}:\d{1,9}$/.test(word) ? word : null;
}

/** One word or name on its only line; null = empty, or no text. */
export function parseLine(text: string): string | null {
  const line = text.trim();
  return line === '' || /\p{Cc}/u.test(line) ? null : line.slice(0, MAX_LINE_CHARACTERS);
}

const MAX_LINE_CHARACTERS = 256;

/** `4`, or `5 (4)` while a reshape to 5 goes on (md.c, raid_disks_show): the first. */
export function parseRaidDisks(text: string): number | null {
  const [, count] = /^(\d{1,9})( \(\d{1,9}\))?$/.exec(text.trim()) ?? [];
  return count === undefined ? null : Number(count);
}

/** Partitions among the names in a disk's folder: `sda` has `sda1`, `nvme0n1` has `nvme0n1p1`. */
export function partitionsOf(disk: string, names: readonly string[]): string[] {
  const separator = /\d$/.test(disk) ? 'p' : '';
  const start = `${disk}${separator}`;
  return names.filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)));
}
