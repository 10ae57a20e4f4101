import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerContainer, DockerContainerDetails } from '@silt/domain';
import { errorCode, problemOf } from '../problem.ts';
import { resolveInRoot } from './path-in-root.ts';
import { type FileContext, processRoot } from './process-files.ts';

const DEADLINE_MILLISECONDS = 5_000;
/** Containers beyond these are counted, not looked at. */
const MAX_LOGS = 2_000;
/** `<log>.1` … beside each; a `max-file` beyond it leaves the oldest out. */
const MAX_ROTATED = 20;
/** st_blocks counts these, whatever the file system's block is (stat(2)). */
const STAT_BLOCK_BYTES = 512;

export interface LogsOfDaemon {
  /** What problems call the daemon. */
  name: string;
  /** null = found by its socket alone: the host's own then. */
  pid: number | null;
  isNested: boolean;
  /** As the daemon names it. */
  dataRoot: string;
  isOnNetwork: boolean;
}

/** The same containers, with the bytes of their logs where these can be reached. */
export async function addLogBytes(
  context: FileContext,
  daemon: LogsOfDaemon,
  containers: readonly DockerContainer[],
): Promise<DockerContainer[]> {
  const { guard, log } = context;
  const { name, isOnNetwork } = daemon;
  const folder = `${daemon.dataRoot.replace(/\/+$/, '')}/containers`;
  const logs = containers.flatMap(({ id, details }) => {
    const names = details === null ? null : logNamesOf(id, details, folder);
    return names === null ? [] : [{ id, names }];
  });
  if (logs.length === 0) return [...containers];
  const left = logs.length - MAX_LOGS;
  if (left > 0) log.add({ status: 'partly', text: `${name}: the logs of ${left} of ${logs.length} containers` });
  const measure = async (): Promise<Map<string, number>> => {
    const reached = await reach(context, daemon, folder);
    const sizes = new Map<string, number>();
    for (const { id, names } of logs.slice(0, MAX_LOGS)) {
      const bytes = await bytesBelow(join(reached, id), names);
      if (bytes !== null) sizes.set(id, bytes);
    }
    return sizes;
  };
  try {
    const lane = isOnNetwork ? 'network' : 'local';
    const sizes = await guard.run(lane, `the logs of ${name}`, DEADLINE_MILLISECONDS, measure);
    return containers.map((container) => withBytes(container, sizes.get(container.id) ?? null));
  } catch (error) {
    // Who may not enter the data root is told once, by what reads its layers; a process may be gone.
    if (!isDenied(error) && !isAbsence(error)) log.add(problemOf(`the logs of ${name}`, error));
    return [...containers];
  }
}

/** A folder of a daemon on the host, where its own root may not be entered, is reached as the host has it. */
async function reach({ roots }: FileContext, { pid, isNested }: LogsOfDaemon, folder: string): Promise<string> {
  const within = async (root: string): Promise<string> => join(root, await resolveInRoot(root, folder));
  if (pid === null) return within(roots.hostRoot);
  try {
    return await within(processRoot(roots, pid));
  } catch (error) {
    if (isNested || !isDenied(error)) throw error;
    return within(roots.hostRoot);
  }
}

const withBytes = (container: DockerContainer, logBytes: number | null): DockerContainer =>
  container.details === null ? container : { ...container, details: { ...container.details, logBytes } };

/**
 * Below the container's folder (moby, daemon/logs.go); null = another driver, or a path that is none of Docker's: a daemon in a
 * container may name any.
 */
function logNamesOf(id: string, { logDriver, logPath }: DockerContainerDetails, folder: string): string[] | null {
  const jsonFile = `${id}-json.log`;
  if (logDriver === 'json-file' && logPath === `${folder}/${id}/${jsonFile}`) return [jsonFile];
  return logDriver === 'local' ? ['local-logs', 'container.log'] : null;
}

/** null = not there, or no file. A folder that is a link leads elsewhere, and is not followed. */
async function bytesBelow(folder: string, names: readonly string[]): Promise<number | null> {
  const [name = '', ...deeper] = names;
  if ((await entryAt(folder))?.isDirectory() !== true) return null;
  if (deeper.length > 0) return bytesBelow(join(folder, name), deeper);
  const log = join(folder, name);
  let bytes = await fileBytes(log);
  for (let number = 1; bytes !== null && number <= MAX_ROTATED; number += 1) {
    const rotated = (await fileBytes(`${log}.${number}`)) ?? (await fileBytes(`${log}.${number}.gz`));
    if (rotated === null) break;
    bytes += rotated;
  }
  return bytes;
}

async function fileBytes(path: string): Promise<number | null> {
  const entry = await entryAt(path);
  return entry?.isFile() === true ? entry.blocks * STAT_BLOCK_BYTES : null;
}

/** null = not there. Throws what else lstat throws. */
async function entryAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

const isDenied = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');
const isAbsence = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'ESRCH'].includes(errorCode(error) ?? '');
