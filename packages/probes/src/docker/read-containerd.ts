import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Containerd } from '@silt/domain';
import type { HostProcess } from '../mounts/processes.ts';
import { errorCode } from '../problem.ts';
import { parseContainerdArguments } from './daemon-arguments.ts';
import { parseContainerdRoot } from './daemon-config.ts';
import { processesNamed } from './find-daemons.ts';
import { type FileContext, listProcessFolder, readProcessFolder, readProcessText } from './process-files.ts';

const DEFAULT_CONFIG = '/etc/containerd/config.toml';
const DEFAULT_ROOT = '/var/lib/containerd';
const SNAPSHOTTER = /^io\.containerd\.snapshotter\.v1\.([\w.-]{1,64})$/;
const METADATA = 'io.containerd.metadata.v1.bolt/meta.db';
const FILE_DEADLINE_MILLISECONDS = 2_000;

/** Each containerd by its process; `daemonKeys` are those of dockerd processes, by pid. */
export async function readContainerds(
  context: FileContext,
  processes: readonly HostProcess[],
  daemonKeys: ReadonlyMap<number, string>,
): Promise<Containerd[]> {
  const found: Containerd[] = [];
  for (const process of processesNamed('containerd', processes, context)) {
    found.push(await readContainerd(context, process, daemonKeys.get(process.parentPid) ?? null));
  }
  return found;
}

async function readContainerd(
  context: FileContext,
  { pid, owner, arguments: words }: HostProcess,
  daemonKey: string | null,
): Promise<Containerd> {
  const args = parseContainerdArguments(words ?? []);
  const root = args.root ?? (await configuredRoot(context, pid, args.configFile ?? DEFAULT_CONFIG));
  const folder = root === null ? null : await readProcessFolder(context, pid, root);
  const path = folder?.reachablePath ?? null;
  const contents = path === null ? null : await readContents(context, pid, path);
  return {
    key: `containerd:${root ?? ''}@${pid}`,
    pid,
    nestedInContainerId: owner?.containerId ?? null,
    podUid: owner?.podUid ?? null,
    daemonKey,
    root,
    rootIdentity: folder?.identity ?? null,
    rootMount: folder?.mount ?? null,
    snapshotters: contents?.snapshotters ?? null,
    hasMetadata: contents?.hasMetadata ?? null,
  };
}

async function configuredRoot(context: FileContext, pid: number, path: string): Promise<string | null> {
  const config = await readProcessText(context, pid, path);
  return config === null ? null : (parseContainerdRoot(config) ?? DEFAULT_ROOT);
}

async function readContents(
  context: FileContext,
  pid: number,
  root: string,
): Promise<Pick<Containerd, 'snapshotters' | 'hasMetadata'>> {
  const names = await listProcessFolder(context, pid, root);
  if (names === null) return { snapshotters: null, hasMetadata: null };
  const snapshotters: string[] = [];
  for (const name of names) {
    const snapshotter = SNAPSHOTTER.exec(name)?.[1];
    if (snapshotter === undefined) continue;
    const entries = await listProcessFolder(context, pid, join(root, name));
    if (entries !== null && entries.length > 0) snapshotters.push(snapshotter);
  }
  return { snapshotters: snapshotters.sort(), hasMetadata: await isThere(context, pid, join(root, METADATA)) };
}

async function isThere({ guard, log }: FileContext, pid: number, path: string): Promise<boolean | null> {
  try {
    await guard.run('local', path, FILE_DEADLINE_MILLISECONDS, () => stat(path));
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    log.addOfProcess('root', pid, path, error);
    return null;
  }
}
