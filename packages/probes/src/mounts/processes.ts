import { close as closeFile, open as openFile, read as readBytes } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProcessOwner } from '@silt/domain';
import { readKernelFile, readKernelLink } from '../kernel-file.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import {
  isDaemonName,
  parseCgroup,
  parseDaemonArguments,
  parseNamespaceLink,
  parseProcessStat,
} from './parse-process.ts';

const MAX_PROCESSES = 16_384;
/** Read at a time. */
const PROCESSES_AT_ONCE = 64;
const MAX_CMDLINE_BYTES = 65_536;
const MAX_CGROUP_BYTES = 16_384;
const CHUNK_BYTES = 65_536;

const [open, read, close] = [promisify(openFile), promisify(readBytes), promisify(closeFile)];

/** A process of the host. Kernel threads are none: they hold no mounts or files of their own. */
export interface HostProcess {
  pid: number;
  parentPid: number;
  /** Clock ticks since boot; with `pid` it names a process for good. */
  startTicks: number;
  /** 15 bytes at most, with any character but NUL. */
  name: string;
  /** In decimal, as in `mnt:[4026531841]`; null = not read. */
  mountNamespace: string | null;
  /** null = not read, as of all but container daemons and shims. */
  networkNamespace: string | null;
  /** The program's path and flags without secrets; null = not read, as above. */
  arguments: string[] | null;
  /** null = not read, as above. */
  owner: ProcessOwner | null;
}

type Reading = { process: HostProcess | null; denied: 'nothing' | 'namespace' | 'process' };
const GONE: Reading = { process: null, denied: 'nothing' };

/** Every process, sorted by id. Of a process that ends meanwhile nothing is told. */
export async function readProcesses(roots: Roots): Promise<Probed<HostProcess[]>> {
  const problems: Problem[] = [];
  const pids = await processIds(roots, problems);
  const readings: Reading[] = [];
  for (let done = 0; done < pids.length; done += PROCESSES_AT_ONCE) {
    const batch = pids.slice(done, done + PROCESSES_AT_ONCE);
    await setImmediate();
    readings.push(...(await Promise.all(batch.map((pid) => readProcess(join(roots.procRoot, String(pid)), pid)))));
  }
  const count = (denied: Reading['denied']): number => readings.filter((one) => one.denied === denied).length;
  const [unseen, unnamed] = [count('process'), count('namespace')];
  if (unseen > 0)
    problems.push({ status: 'partly', text: `stat of ${unseen} processes: permission denied (hidepid of /proc)` });
  if (unnamed > 0) {
    const of = readings.filter(({ process }) => process !== null).length;
    const text = `mount namespaces of ${unnamed} of ${of} processes: permission denied (needs CAP_SYS_PTRACE)`;
    problems.push({ status: unnamed === of ? 'unavailable' : 'partly', text });
  }
  return { value: readings.flatMap(({ process }) => process ?? []), problems };
}

async function processIds(roots: Roots, problems: Problem[]): Promise<number[]> {
  try {
    const names = await readdir(roots.procRoot);
    const pids = names.filter((name) => /^[1-9]\d{0,9}$/.test(name)).map(Number);
    pids.sort((a, b) => a - b);
    const left = pids.length - MAX_PROCESSES;
    if (left > 0) problems.push({ status: 'failed', text: `${left} processes are more than are read` });
    return pids.slice(0, MAX_PROCESSES);
  } catch (error) {
    problems.push(problemOf('/proc', error));
    return [];
  }
}

async function readProcess(folder: string, pid: number): Promise<Reading> {
  try {
    const stat = parseProcessStat(readKernelFile(join(folder, 'stat')));
    if (stat === null || stat.isKernelThread) return GONE;
    const { isKernelThread: _, ...facts } = stat;
    const mount = namespaceOf(join(folder, 'ns/mnt'));
    const daemon = isDaemonName(stat.name) ? await readDaemon(folder, stat.name) : NOT_A_DAEMON;
    const process = { pid, ...facts, mountNamespace: mount.inode, ...daemon };
    return { process, denied: mount.isDenied ? 'namespace' : 'nothing' };
  } catch (error) {
    return isDenied(error) ? { process: null, denied: 'process' } : GONE;
  }
}

const NOT_A_DAEMON = { networkNamespace: null, arguments: null, owner: null };

async function readDaemon(folder: string, name: string): Promise<Pick<HostProcess, keyof typeof NOT_A_DAEMON>> {
  const network = namespaceOf(join(folder, 'ns/net'));
  const [words, owner] = await Promise.all([
    readStart(join(folder, 'cmdline'), MAX_CMDLINE_BYTES).catch(() => null),
    readOwner(folder),
  ]);
  // A process that ends has an empty one.
  const text = words === null || words.length === 0 ? null : words.toString('utf8');
  return { networkNamespace: network.inode, arguments: text === null ? null : parseDaemonArguments(name, text), owner };
}

/** Who runs the process of a folder of /proc; null = it went, or may not be read. */
export async function readOwner(folder: string): Promise<ProcessOwner | null> {
  try {
    return parseCgroup((await readStart(join(folder, 'cgroup'), MAX_CGROUP_BYTES)).toString('utf8'));
  } catch {
    return null;
  }
}

function namespaceOf(link: string): { inode: string | null; isDenied: boolean } {
  try {
    return { inode: parseNamespaceLink(readKernelLink(link)), isDenied: false };
  } catch (error) {
    return { inode: null, isDenied: isDenied(error) };
  }
}

const isDenied = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');

/** The first bytes of a file of /proc, with fewer calls than readFile: there are hundreds of them. Throws as open does. */
export async function readStart(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let chunk = Buffer.alloc(0);
    let [used, length] = [0, 0];
    while (length < bytes) {
      if (used === chunk.length) {
        chunk = Buffer.allocUnsafe(Math.min(bytes - length, CHUNK_BYTES));
        chunks.push(chunk);
        used = 0;
      }
      const { bytesRead } = await read(file, chunk, used, chunk.length - used, null);
      if (bytesRead === 0) break;
      used += bytesRead;
      length += bytesRead;
    }
    return chunks.length === 1 ? chunk.subarray(0, length) : Buffer.concat(chunks, length);
  } finally {
    await close(file);
  }
}
