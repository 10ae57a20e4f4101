import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;
/** Folders of Debian's own programs first: another client of Docker may be too new for Debian's daemon. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', ...(process.env.PATH ?? '').split(delimiter)];
export const PATH = FOLDERS.join(delimiter);

/** Program → Debian package. */
const NEEDED: Record<string, string> = {
  'mkfs.btrfs': 'btrfs-progs',
  'mkfs.ext4': 'e2fsprogs',
  mount: 'mount',
  unshare: 'util-linux',
  dockerd: 'docker.io',
  docker: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  busybox: 'busybox-static',
};

const call = promisify(execFile);

/** What a program printed; throws with its own words when it fails. */
export async function run(program: string, ...parameters: string[]): Promise<string> {
  const { stdout } = await call(program, parameters, { env: { PATH, LC_ALL: 'C' }, maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

/** First file of that name in the folders of programs. */
export function findProgram(name: string): string | null {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** One sentence on what this machine lacks; null = nothing. */
export function missingForLab(): string | null {
  if (process.platform !== 'linux') return 'The lab needs Linux.';
  if (process.getuid?.() !== 0) return 'The lab mounts file systems and starts Docker daemons: run it as root.';
  if (!existsSync('/dev/loop-control')) return 'The lab needs loop devices (/dev/loop-control).';
  for (const type of ['btrfs', 'ext4', 'overlay']) {
    if (!new RegExp(`\\t${type}$`, 'm').test(readFileSync('/proc/filesystems', 'utf8'))) {
      return `This kernel has no ${type} loaded (modprobe ${type}).`;
    }
  }
  const packages = Object.entries(NEEDED).flatMap(([program, owner]) => (findProgram(program) === null ? [owner] : []));
  if (packages.length === 0) return null;
  return `The lab needs the Debian packages ${[...new Set(packages)].join(', ')} (scripts/setup-debian installs them).`;
}
