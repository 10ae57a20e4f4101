import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from './wait.ts';

/** Beneath a state folder. */
const FOLDER = 'spool';

/** Segments of a collector's state folder with something in them, oldest first. */
export function segmentsOf(stateFolder: string): { path: string; bytes: number }[] {
  const folder = join(stateFolder, FOLDER);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .sort()
    .map((name) => ({ path: join(folder, name), bytes: statSync(join(folder, name)).size }))
    .filter(({ bytes }) => bytes > 0);
}

/** Takes so many bytes off the end of the newest segment. */
export function tearTail(stateFolder: string, bytes: number): void {
  const newest = segmentsOf(stateFolder).at(-1);
  ensure(newest !== undefined && newest.bytes > bytes, `the spool of ${stateFolder} holds nothing to tear`);
  truncateSync(newest.path, newest.bytes - bytes);
}

/** Turns one bit over, in the record that holds `marker` as its first reading. */
export function flipBit(stateFolder: string, marker: number): void {
  for (const { path } of segmentsOf(stateFolder)) {
    const bytes = readFileSync(path);
    const at = bytes.indexOf(`"readings":[${marker},`);
    if (at < 0) continue;
    bytes[at] = (bytes[at] as number) ^ 0x04;
    writeFileSync(path, bytes);
    return;
  }
  ensure(false, `no record of ${stateFolder} holds ${marker} in plain text`);
}

/** A copy of all state folders, as they are on disk at this moment. */
export function copyFolders(from: string, to: string): void {
  // Sockets are locks of living processes.
  cpSync(from, to, { recursive: true, filter: (path) => !statSync(path).isSocket() });
}

export function replaceFolders(folder: string, copy: string): void {
  rmSync(folder, { recursive: true });
  cpSync(copy, folder, { recursive: true });
}
