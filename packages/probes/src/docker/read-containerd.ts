import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Containerd } from '@silt/domain';
import type { HostProcess } from '../mounts/processes.ts';
import { errorCode } from '../problem.ts';
import { parseContainerdArguments } from './daemon-arguments.ts';
import { parseContainerdRoot } from './daemon-config.ts';
import { processesNamed } from './find-daemons.ts';
import { type FileContext, readProcessFolder, readProcessText } from './process-files.ts';

const DEFAULT_CONFIG = '/etc/containerd/config.toml';
const DEFAULT_ROOT = '/var/lib/containerd';
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
  return {
    key: `containerd:${root ?? ''}@${pid}`,
    pid,
    nestedInContainerId: owner?.containerId ?? null,
    podUid: owner?.podUid ?? null,
    daemonKey,
    root,
    rootIdentity: folder?.identity ?? null,
    rootMount: folder?.mount ?? null,
    hasMetadata: path === null ? null : await isThere(context, pid, join(path, METADATA)),
  };
}

async function configuredRoot(context: FileContext, pid: number, path: string): Promise<string | null> {
  const config = await readProcessText(context, pid, path);
  return config === null ? null : (parseContainerdRoot(config) ?? DEFAULT_ROOT);
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
