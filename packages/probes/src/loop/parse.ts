const DELETED = ' (deleted)';

export interface BackingFile {
  path: string;
  /** The file has no name any more; its room comes back when the loop device is given up. */
  deleted: boolean;
}

/** /sys/block/loopN/loop/backing_file; null = empty or no path. A file whose own name ends so looks deleted. */
export function parseBackingFile(text: string): BackingFile | null {
  const path = text.replace(/\n$/, '');
  if (!path.startsWith('/') || path.includes('\0')) return null;
  return path.endsWith(DELETED) ? { path: path.slice(0, -DELETED.length), deleted: true } : { path, deleted: false };
}

/** `/dev/loop3` and its partition `/dev/loop3p1` → `loop3`; null = no loop device. */
export function loopDeviceOf(source: string): string | null {
  return /^\/dev\/(loop\d+)(p\d+)?$/.exec(source)?.[1] ?? null;
}
