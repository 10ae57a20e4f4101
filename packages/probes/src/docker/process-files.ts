import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderIdentity, FolderMount } from '@silt/domain';
import { type Mount, parseMountinfo } from '../filesystems/parse.ts';
import { mountOfPath, visibleMounts } from '../filesystems/select.ts';
import type { HangGuard } from '../hang-guard.ts';
import { errorCode, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import {
  type DaemonConfig,
  EMPTY_CONFIG,
  orderDropIns,
  parseDaemonConfig,
  parseMountFlags,
  unitPaths,
} from './daemon-config.ts';
import { readTextInRoot, resolveInRoot } from './path-in-root.ts';
import type { ProblemLog } from './problem-log.ts';

/** A local file system answers in less than one. */
const FILE_DEADLINE_MILLISECONDS = 2_000;
const MAX_DROP_INS = 64;
/** On a server, or in a process that answers for it; fuseblk is a local disk. */
const NETWORK_TYPE = /^(nfs4?|cifs|smb3|9p|ceph|lustre|gpfs|beegfs|fuse(\..*)?)$/;

/** What reading the files of a daemon needs. */
export interface FileContext {
  roots: Roots;
  guard: HangGuard;
  log: ProblemLog;
}

export const processRoot = (roots: Roots, pid: number): string => join(roots.procRoot, String(pid), 'root');

/** The root of a process, and what problems call it. */
export interface ProcessRoot {
  pid: number;
  isNested: boolean;
}

/**
 * daemon.json as the daemon sees it; of one on the host, where its own root may not be read, as the host has it. null = not
 * read.
 */
export async function readDaemonConfig(
  { roots, guard, log }: FileContext,
  { pid, isNested }: ProcessRoot,
  path: string,
): Promise<DaemonConfig | null> {
  const subject = `${path} of process ${pid}`;
  try {
    const text = await guard.run('local', subject, FILE_DEADLINE_MILLISECONDS, () =>
      readTextInRoot(processRoot(roots, pid), path).catch((error: unknown) => {
        if (isNested || errorCode(error) !== 'EACCES') throw error;
        return readTextInRoot(roots.hostRoot, path);
      }),
    );
    const config = text === null ? EMPTY_CONFIG : parseDaemonConfig(text);
    if (config === null) log.add({ status: 'failed', text: `${subject}: no JSON object` });
    return config;
  } catch (error) {
    log.addOfProcess('root', pid, subject, error);
    return null;
  }
}

/** A text file as a process sees it; empty = not there, null = not read, which is told. */
export async function readProcessText(
  { roots, guard, log }: FileContext,
  pid: number,
  path: string,
): Promise<string | null> {
  const subject = `${path} of process ${pid}`;
  try {
    const read = () => readTextInRoot(processRoot(roots, pid), path);
    return (await guard.run('local', subject, FILE_DEADLINE_MILLISECONDS, read)) ?? '';
  } catch (error) {
    log.addOfProcess('root', pid, subject, error);
    return null;
  }
}

/** A folder of a process: what it is, what it lies on, and how it is reached from here; null = not read or not there. */
export interface ProcessFolder {
  identity: FolderIdentity | null;
  mount: FolderMount | null;
  reachablePath: string | null;
}

export async function readProcessFolder(context: FileContext, pid: number, path: string): Promise<ProcessFolder> {
  const { roots, guard, log } = context;
  const mounts = await readMountsOf(context, pid);
  const subject = `${path} of process ${pid}`;
  const root = processRoot(roots, pid);
  const lane = folderMount(mounts, path)?.isNetwork === true ? 'network' : 'local';
  try {
    return await guard.run(lane, subject, FILE_DEADLINE_MILLISECONDS, async () => {
      const resolved = await resolveInRoot(root, path);
      const { dev, ino } = await stat(join(root, resolved), { bigint: true });
      const identity = { device: Number(dev), inode: String(ino) };
      return { identity, mount: folderMount(mounts, resolved), reachablePath: join(root, resolved) };
    });
  } catch (error) {
    log.addOfProcess('root', pid, subject, error);
    return { identity: null, mount: folderMount(mounts, path), reachablePath: null };
  }
}

async function readMountsOf({ roots, log }: FileContext, pid: number): Promise<Mount[]> {
  try {
    return visibleMounts(parseMountinfo(await readFile(join(roots.procRoot, String(pid), 'mountinfo'), 'utf8')).mounts);
  } catch (error) {
    log.addOfProcess('root', pid, `mountinfo of process ${pid}`, error);
    return [];
  }
}

function folderMount(mounts: readonly Mount[], path: string): FolderMount | null {
  const mount = mountOfPath(path, mounts);
  if (mount === null) return null;
  const { type, source, mountPoint, device } = mount;
  return { type, source, mountPoint, device, isNetwork: NETWORK_TYPE.test(type) };
}

/** `MountFlags=` of the unit that runs a daemon of the host; null = no such unit, or not read. */
export async function readMountFlags(
  { roots, guard, log }: FileContext,
  unit: string,
  daemonKey: string,
): Promise<string | null> {
  if (!/^[\w.@:\\-]{1,255}\.service$/.test(unit)) return null;
  const subject = `the unit ${unit} of ${daemonKey}`;
  const root = roots.hostRoot;
  const read = async (): Promise<string | null> => {
    let fragment: string | null = null;
    for (const path of unitPaths(unit)) fragment ??= await readTextInRoot(root, path);
    if (fragment === null) return null;
    const folders: { folder: string; names: string[] }[] = [];
    for (const path of unitPaths(unit)) {
      const folder = await resolveInRoot(root, `${path}.d`);
      folders.push({ folder, names: await readdir(join(root, folder)).catch(() => []) });
    }
    const texts = [fragment];
    for (const path of orderDropIns(folders).slice(0, MAX_DROP_INS))
      texts.push((await readTextInRoot(root, path)) ?? '');
    return parseMountFlags(texts);
  };
  try {
    return await guard.run('local', subject, FILE_DEADLINE_MILLISECONDS, read);
  } catch (error) {
    log.add(problemOf(subject, error));
    return null;
  }
}
