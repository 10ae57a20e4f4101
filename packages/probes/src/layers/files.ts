import { close, constants, open, read } from 'node:fs';
import { lstat, opendir, readdir } from 'node:fs/promises';
import { errorCode } from '../problem.ts';

/** Ids are 64 to 71 characters, a record of the devicemapper driver some 100. */
const MAX_RECORD_BYTES = 1_024;

/** What is asked of lstat(2); `ino` and `dev` are exact where they matter, below 2^53. */
export interface FileFacts {
  ino: number;
  dev: number;
  mtimeMs: number;
  ctimeMs: number;
}
/**
 * Whether a folder is a btrfs subvolume: its inode number is 256 (kernel, btrfs_tree.h: BTRFS_FIRST_FREE_OBJECTID), and
 * its device is one of its own. On other file systems 256 is a number like any other.
 */
export const isSubvolume = (folder: FileFacts, parent: FileFacts): boolean =>
  folder.ino === 256 && folder.dev !== parent.dev;

export type Lstat = (path: string) => Promise<FileFacts>;

export const lstatOfHost: Lstat = (path) => lstat(path);

/** What it is in another file, or of another kind than before, or was taken away: the same as not there. */
const GONE = ['ENOENT', 'ENOTDIR'];
const isGone = (error: unknown): boolean => GONE.includes(errorCode(error) ?? '');

async function orNull<Value>(call: Promise<Value>): Promise<Value | null> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** null = not there, as in the next two. */
export const factsOf = (lstat: Lstat, path: string): Promise<FileFacts | null> => orNull(lstat(path));

/** Names in a folder of the daemon's own. */
export const namesIn = (folder: string): Promise<string[] | null> => orNull(readdir(folder));

const RECORD_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The text of a record, without the blanks at its ends. Not more of it than the limit is ever read, and neither a link
 * nor a pipe is followed. Throws if it is longer. By callbacks, which take half the time of a FileHandle.
 */
export async function readRecord(path: string): Promise<string | null> {
  const file = await orNull(called<number>((done) => open(path, RECORD_FLAGS, done)));
  if (file === null) return null;
  try {
    const buffer = Buffer.allocUnsafe(MAX_RECORD_BYTES + 1);
    const bytes = await called<number>((done) => read(file, buffer, 0, buffer.length, 0, done));
    if (bytes > MAX_RECORD_BYTES) throw new Error(`longer than ${MAX_RECORD_BYTES} bytes`);
    return buffer.toString('utf8', 0, bytes).trim();
  } finally {
    await called<undefined>((done) => close(file, (error) => done(error, undefined)));
  }
}

type Done<Value> = (error: Error | null | undefined, value: Value) => void;

const called = <Value>(call: (done: Done<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });

interface FirstNames {
  names: string[];
  /** Which of them are folders; a link to one is none. */
  folders: string[];
  /** There are more than were read. */
  isCut: boolean;
}

/** As many names of a folder as `limit`, and no more: for folders that anyone may fill. null = not there. */
export async function firstNamesIn(folder: string, limit: number): Promise<FirstNames | null> {
  const handle = await orNull(opendir(folder, { bufferSize: Math.min(limit + 1, 1_024) }));
  if (handle === null) return null;
  const first: FirstNames = { names: [], folders: [], isCut: false };
  for await (const entry of handle) {
    if (first.names.length === limit) return { ...first, isCut: true };
    first.names.push(entry.name);
    if (entry.isDirectory()) first.folders.push(entry.name);
  }
  return first;
}
