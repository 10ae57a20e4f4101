import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePin } from '@silt/domain';
import type { HangGuard } from '../hang-guard.ts';
import { readKernelFile, readKernelLink } from '../kernel-file.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { parseMountLines } from './parse-mount-lines.ts';
import { type HostProcess, readOwner, readStart } from './processes.ts';

/** Descriptors looked at, of one process and of all. A link costs 10 µs. */
const MAX_DESCRIPTORS_OF_ONE = 1_024;
const MAX_DESCRIPTORS = 16_384;
const PROCESSES_AT_ONCE = 8;
const MAX_PINS = 1_024;
const MAX_HOLDERS_KEPT = 8;
const MAX_MOUNTINFO_BYTES = 4 * 1024 ** 2;
const CALL_DEADLINE_MILLISECONDS = 2_000;
/** OVERLAYFS_SUPER_MAGIC of linux/magic.h. */
const OVERLAY_MAGIC = 0x794c_7630;
const BLOCK_BYTES = 512n;

/** What is asked of a file behind a descriptor; either call may hang on a dead file server. */
export interface DescriptorCalls {
  stat: (path: string) => Promise<DescriptorStat>;
  isOverlay: (path: string) => Promise<boolean>;
}

export interface DescriptorStat {
  dev: bigint;
  ino: bigint;
  nlink: bigint;
  size: bigint;
  /** Of 512 bytes. */
  blocks: bigint;
}

export const descriptorCallsOfNode: DescriptorCalls = {
  stat: (path) => stat(path, { bigint: true }),
  isOverlay: async (path) => (await statfs(path)).type === OVERLAY_MAGIC,
};

interface Look {
  roots: Roots;
  guard: HangGuard;
  calls: DescriptorCalls;
  /** Of every mount of every namespace that was read. */
  mountIds: ReadonlySet<number>;
  pins: Map<string, FilePin>;
  /** Answers of `isMountedNowhere`, by process and mount. */
  nowhere: Map<string, Promise<boolean>>;
  /** Left to look at. */
  budget: number;
  leftOut: number;
  denied: number;
  unread: Problem[];
}

/**
 * Files without a name, on an overlay that is mounted nowhere, that a process has open: they keep their space though no
 * mount shows it. Not found: those that are held by a mapping, a working folder or a root folder alone. null = no process
 * let its descriptors be read.
 */
export async function readFilePins(
  roots: Roots,
  {
    guard,
    processes,
    mountIds,
  }: { guard: HangGuard; processes: readonly HostProcess[]; mountIds: ReadonlySet<number> },
  calls: DescriptorCalls = descriptorCallsOfNode,
): Promise<Probed<FilePin[] | null>> {
  const pins = new Map<string, FilePin>();
  const look: Look = {
    nowhere: new Map(),
    roots,
    guard,
    calls,
    mountIds,
    pins,
    budget: MAX_DESCRIPTORS,
    leftOut: 0,
    denied: 0,
    unread: [],
  };
  for (let done = 0; done < processes.length; done += PROCESSES_AT_ONCE) {
    await Promise.all(processes.slice(done, done + PROCESSES_AT_ONCE).map((process) => lookAtProcess(process, look)));
  }
  const { leftOut, denied, unread } = look;
  const problems: Problem[] = [];
  if (denied > 0) {
    const text = `open files of ${denied} of ${processes.length} processes: permission denied (needs CAP_SYS_PTRACE)`;
    problems.push({ status: denied === processes.length ? 'unavailable' : 'partly', text });
  }
  if (leftOut > 0) problems.push({ status: 'failed', text: `${leftOut} open files are more than are looked at` });
  const [first] = unread;
  if (first !== undefined)
    problems.push({ ...first, text: `${first.text}${unread.length > 1 ? ` (${unread.length} files)` : ''}` });
  const value = [...pins.values()].sort((a, b) => a.mountId - b.mountId || (a.path < b.path ? -1 : 1));
  return { value: denied > 0 && denied === processes.length ? null : value, problems };
}

async function lookAtProcess(process: HostProcess, look: Look): Promise<void> {
  const folder = join(look.roots.procRoot, String(process.pid));
  let names: string[];
  try {
    names = await readdir(join(folder, 'fd'));
  } catch (error) {
    if (['EACCES', 'EPERM'].includes(errorCode(error) ?? '')) look.denied += 1;
    return;
  }
  const taken = names.slice(0, Math.min(MAX_DESCRIPTORS_OF_ONE, look.budget));
  look.budget -= taken.length;
  look.leftOut += names.length - taken.length;
  await Promise.all(taken.map((name) => lookAtDescriptor(process, folder, name, look)));
}

/** The cheap and safe questions come first: most are answered by the text of the link, nearly all by the mount's id. */
async function lookAtDescriptor(process: HostProcess, folder: string, name: string, look: Look): Promise<void> {
  if (!/^\d{1,10}$/.test(name)) return;
  const link = `${folder}/fd/${name}`;
  try {
    const path = readKernelLink(link);
    if (!isFileLink(path)) return;
    const info = readKernelFile(`${folder}/fdinfo/${name}`);
    const mountId = parseMountId(info.toString('latin1'));
    if (mountId === null || look.mountIds.has(mountId)) return;
    const file = await guarded(look, link, look.calls.stat);
    if (file.nlink !== 0n || !(await guarded(look, link, look.calls.isOverlay))) return;
    const key = `${process.pid} ${mountId}`;
    const nowhere = look.nowhere.get(key) ?? isMountedNowhere(folder, mountId);
    look.nowhere.set(key, nowhere);
    if (!(await nowhere)) return;
    await keepPin(look, { process, folder, descriptor: Number(name), path, mountId, file });
  } catch (error) {
    if (!GONE.includes(errorCode(error) ?? '')) look.unread.push(problemOf('open files', error));
  }
}

/** Closed meanwhile, or the process ended. */
const GONE = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR', 'EINVAL'];

/** Sockets, pipes and the kernel's own have no path; devices, and memory that has a name, lie on no overlay. */
const isFileLink = (path: string): boolean => path.startsWith('/') && !/^\/(dev\/|proc\/|sys\/|memfd:|SYSV)/.test(path);

/** fdinfo (proc_pid_fdinfo(5)); null = the kernel is older than 3.15, or it is none. */
export function parseMountId(fdinfo: string): number | null {
  const [, digits] = /^mnt_id:\t(\d{1,10})$/m.exec(fdinfo) ?? [];
  return digits === undefined ? null : Number(digits);
}

const guarded = <Value>({ guard }: Look, link: string, call: (path: string) => Promise<Value>): Promise<Value> =>
  guard.run('local', link, CALL_DEADLINE_MILLISECONDS, () => call(link));

/** It may have been mounted since the namespaces were read. */
async function isMountedNowhere(folder: string, mountId: number): Promise<boolean> {
  const text = (await readStart(join(folder, 'mountinfo'), MAX_MOUNTINFO_BYTES)).toString('utf8');
  return text.length < MAX_MOUNTINFO_BYTES && !parseMountLines(text).ids.includes(mountId);
}

interface Found {
  process: HostProcess;
  folder: string;
  descriptor: number;
  path: string;
  mountId: number;
  file: DescriptorStat;
}

async function keepPin(look: Look, { process, folder, descriptor, path, mountId, file }: Found): Promise<void> {
  const { pid, name } = process;
  const owner = process.owner ?? (await readOwner(folder));
  const key = `${file.dev}:${file.ino}`;
  const pin = look.pins.get(key);
  if (pin === undefined && look.pins.size >= MAX_PINS) {
    look.leftOut += 1;
    return;
  }
  const { device, inode } = { device: deviceText(file.dev), inode: String(file.ino) };
  const [sizeBytes, allocatedBytes] = [Number(file.size), Number(file.blocks * BLOCK_BYTES)];
  const kept = pin ?? { device, inode, path, sizeBytes, allocatedBytes, mountId, holders: [], holderCount: 0 };
  kept.holderCount += 1;
  if (kept.holders.length < MAX_HOLDERS_KEPT) kept.holders.push({ pid, name, owner, descriptor });
  look.pins.set(key, kept);
}

/** `0:69` of st_dev (makedev(3)). */
export function deviceText(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n);
  return `${major}:${minor}`;
}
