import type { Propagation } from '@silt/domain';

/** One line of /proc/<pid>/mountinfo (proc_pid_mountinfo(5)), names unescaped. */
export interface Mount {
  id: number;
  parentId: number;
  /** `major:minor` of the superblock: one value a file system, on btrfs too, where st_dev has another one. */
  device: string;
  /** Path within the file system that is seen at the mount point; a bind mount's is not `/`. */
  root: string;
  mountPoint: string;
  mountOptions: string[];
  propagation: Propagation;
  type: string;
  source: string;
  superOptions: string[];
}

/**
 * What statfs tells, as Node gives it. Blocks are counted in `frsize`; older versions of Node have `bsize` alone, which is
 * the same on all but a few FUSE file systems.
 */
export interface Statfs {
  bsize: bigint;
  frsize?: bigint;
  blocks: bigint;
  bfree: bigint;
  bavail: bigint;
  files: bigint;
  ffree: bigint;
}

export interface Space {
  usedBytes: number;
  capacityBytes: number;
  /** null = the file system has no fixed number of inodes. */
  inodes: { used: number; capacity: number } | null;
}

/** Lines that are none are counted and left out. */
export function parseMountinfo(text: string): { mounts: Mount[]; badLines: number } {
  const mounts: Mount[] = [];
  let badLines = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const mount = parseMountLine(line);
    if (mount === null) badLines += 1;
    else mounts.push(mount);
  }
  return { mounts, badLines };
}

const DEVICE = /^\d{1,9}:\d{1,9}$/;
const FIXED_FIELDS = 6;

/** null = no line of a mountinfo. */
export function parseMountLine(line: string): Mount | null {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', FIXED_FIELDS);
  const [id, parentId, device, root, mountPoint, mountOptions] = fields;
  const [type, source, superOptions] = separator < 0 ? [] : fields.slice(separator + 1);
  if (root === undefined || mountPoint === undefined || mountOptions === undefined) return null;
  if (type === undefined || type === '' || source === undefined || superOptions === undefined) return null;
  if (!/^\d+$/.test(id ?? '') || !/^\d+$/.test(parentId ?? '') || device === undefined || !DEVICE.test(device))
    return null;
  if (!mountPoint.startsWith('/') || line.includes('\0') || line.includes('\\000')) return null;
  return {
    id: Number(id),
    parentId: Number(parentId),
    device,
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    mountOptions: mountOptions.split(',').map(unescapeOctal),
    propagation: parsePropagation(fields.slice(FIXED_FIELDS, separator)),
    type: unescapeOctal(type),
    source: unescapeOctal(source),
    superOptions: superOptions.split(',').map(unescapeOctal),
  };
}

/** The optional fields (mount_namespaces(7)); one that is not known is passed over, as the manual asks. */
function parsePropagation(fields: readonly string[]): Propagation {
  const group = (name: string): number | null => {
    const field = fields.find((one) => one.startsWith(`${name}:`));
    const digits = field?.slice(name.length + 1) ?? '';
    return /^\d{1,10}$/.test(digits) ? Number(digits) : null;
  };
  return {
    sharedGroup: group('shared'),
    masterGroup: group('master'),
    fromGroup: group('propagate_from'),
    unbindable: fields.includes('unbindable'),
  };
}

/** The kernel writes space, tab, newline and backslash of a name as `\040` and the like. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Types of /proc/filesystems that need no block device. */
export function parseNodevTypes(text: string): Set<string> {
  const rows = text.split('\n').map((line) => line.split('\t'));
  return new Set(rows.flatMap(([flag, type]) => (flag === 'nodev' && type !== undefined && type !== '' ? [type] : [])));
}

/** The sums of `SERIES`, or a sentence part on what is wrong with the answer. */
export function spaceOf(answer: Statfs): Space | string {
  const blockBytes = answer.frsize ?? answer.bsize;
  const used = (answer.blocks - answer.bfree) * blockBytes;
  const capacity = used + answer.bavail * blockBytes;
  const usedInodes = answer.files - answer.ffree;
  if (![used, capacity, answer.files, usedInodes].every(isWhole)) {
    return `statfs answered with impossible numbers (${answer.blocks} blocks of ${blockBytes}, ${answer.bfree} free)`;
  }
  return {
    usedBytes: Number(used),
    capacityBytes: Number(capacity),
    inodes: answer.files === 0n ? null : { used: Number(usedInodes), capacity: Number(answer.files) },
  };
}

const isWhole = (value: bigint): boolean => value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);
