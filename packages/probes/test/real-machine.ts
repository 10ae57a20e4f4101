import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Folders of administrators' programs are not in everybody's path. */
export const PATH = [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'].join(
  delimiter,
);

export interface Needs {
  loopDevices?: true;
  fileSystem?: 'btrfs' | 'overlay';
  programs: readonly string[];
}

/** First file of that name in the folders of programs. */
export function programPath(name: string): string | undefined {
  return PATH.split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** What this machine lacks; null = nothing. */
function missing({ loopDevices, fileSystem, programs }: Needs): string | null {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  if (loopDevices && !existsSync('/dev/loop-control')) return 'there are no loop devices here';
  const known = readFileSync('/proc/filesystems', 'utf8');
  if (fileSystem !== undefined && !known.includes(`\t${fileSystem}\n`))
    return `this kernel has no ${fileSystem} loaded`;
  const absent = programs.filter((name) => programPath(name) === undefined);
  return absent.length === 0 ? null : `not installed: ${absent.join(', ')}`;
}

/** Tests on real storage of this machine; skipped where it lacks something, with the reason in the name. */
export function describeReal(what: string, needs: Needs, tests: () => void): void {
  const reason = missing(needs);
  describe.skipIf(reason !== null)(`${what}${reason === null ? '' : ` (skipped: ${reason})`}`, tests);
}
