import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** /proc and /sys answer with a page at a time. */
const PAGE_BYTES = 4_096;
const page = Buffer.alloc(PAGE_BYTES);

/**
 * The first page of a file that the kernel answers from its memory: of sysfs, `stat` or `fdinfo` of a process. It blocks,
 * and takes a quarter of the CPU time of a read through the thread pool, which counts where there are a thousand of them.
 * Not for `cmdline` and `environ`, which wait for a lock of the process, nor for files of disks. Throws as open does.
 */
export function readKernelFile(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    return Buffer.from(page.subarray(0, readSync(file, page, 0, PAGE_BYTES, 0)));
  } finally {
    closeSync(file);
  }
}

/** A link of /proc or /sys; as above. */
export const readKernelLink = (path: string): string => readlinkSync(path);

/** Runs a blocking call for each, and lets others run after every `atOnce` of them. */
export async function forEachInTurns<Item>(
  items: readonly Item[],
  atOnce: number,
  call: (item: Item) => void,
): Promise<void> {
  for (const [place, item] of items.entries()) {
    if (place > 0 && place % atOnce === 0) await setImmediate();
    call(item);
  }
}
