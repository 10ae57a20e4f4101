import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerDaemon, DockerInventory, DockerListener } from '@silt/domain';
import type { HangGuard } from '../hang-guard.ts';
import { parseNamespaceLink } from '../mounts/parse-process.ts';
import type { HostProcess } from '../mounts/processes.ts';
import { type Probed, type Problem, problemOf, reasonOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { type AskLimits, ask } from './ask.ts';
import { DEFAULT_SOCKETS, type FoundDaemon, findDaemons } from './find-daemons.ts';
import { isPlainApi, readListeners } from './listeners.ts';
import { type DaemonInfo, parseDaemonInfo } from './parse-info.ts';
import { inPool } from './pool.ts';
import { ProblemLog } from './problem-log.ts';
import { type FileContext, readMountFlags, readProcessFolder } from './process-files.ts';
import { readContainerds } from './read-containerd.ts';
import { addSizes, type KnownDetails, readContents, SIZES_LIMITS } from './read-contents.ts';
import { addLogBytes } from './read-logs.ts';

/** /info takes 30 ms where all is well. */
const INFO_LIMITS: AskLimits = { deadlineMilliseconds: 3_000, maxAnswerBytes: 4 * 1024 * 1024 };
const DAEMONS_AT_ONCE = 4;
/** Of all daemons of a host together; those left are asked another time. */
const MAX_SIZES_MILLISECONDS = 3 * SIZES_LIMITS.deadlineMilliseconds;
/** The usual socket without a process that was seen is most likely that of this unit. */
const DEFAULT_UNIT = 'docker.service';

/** What is kept from beat to beat: inspections, by the key of the daemon. */
export type DockerMemory = Map<string, KnownDetails>;

export interface DockerInventoryOptions {
  guard: HangGuard;
  /** All of the host; empty where they could not be read, and then daemons are found by sockets alone. */
  processes: readonly HostProcess[];
  /** Besides the usual ones, as for `readDaemons`. */
  sockets: readonly string[];
  /** Whether a daemon that answers, by its key, is to walk its layers and volumes now: never more than hourly. */
  isSizesTurn: (daemonKey: string) => boolean;
  /** The same one at each beat. */
  memory: DockerMemory;
}

/** Every daemon of the host with what it holds, and every containerd. GET only. A host without any has no problem. */
export async function readDockerInventory(
  roots: Roots,
  { guard, processes, sockets, isSizesTurn, memory }: DockerInventoryOptions,
): Promise<Probed<DockerInventory>> {
  const log = new ProblemLog();
  const context: FileContext = { roots, guard, log };
  const found = await findDaemons(context, processes, sockets);
  const ownNetwork = parseNamespaceLink(await readlink('/proc/self/ns/net').catch(() => ''));
  const read = new Map<string, DockerDaemon>();
  await inPool(found, DAEMONS_AT_ONCE, async (daemon) => {
    const known = memory.get(daemon.key) ?? new Map();
    memory.set(daemon.key, known);
    read.set(daemon.key, await readDaemon(context, daemon, known, ownNetwork));
  });
  for (const key of memory.keys()) if (!read.has(key)) memory.delete(key);
  const turns = found.filter(({ key }) => read.get(key)?.state === 'answers' && isSizesTurn(key));
  if (turns.length > 0) await askSizes(context, turns, read);
  const daemons = found.flatMap(({ key }) => read.get(key) ?? []);
  const keys = new Map(daemons.flatMap(({ pid, key }) => (pid === null ? [] : [[pid, key] as const])));
  return { value: { daemons, containerds: await readContainerds(context, processes, keys) }, problems: log.problems() };
}

async function readDaemon(
  context: FileContext,
  found: FoundDaemon,
  known: KnownDetails,
  ownNetwork: string | null,
): Promise<DockerDaemon> {
  const { process, config, args, key, socketPath } = found;
  const answer = await askInfo(found);
  const info = 'text' in answer ? null : answer;
  if ('text' in answer && socketPath !== null) context.log.add(answer);
  const contents =
    info === null || socketPath === null
      ? { containers: null, images: null, volumes: null, buildCache: null }
      : await readContents({ name: key, endpoint: { socketPath }, known, log: context.log });
  const dataRoot = info?.dataRoot ?? found.dataRoot;
  const folder = process === null || dataRoot === null ? null : await readProcessFolder(context, process.pid, dataRoot);
  const isNested = (process?.owner?.containerId ?? null) !== null;
  const isOnNetwork = folder?.mount?.isNetwork === true;
  const logs = dataRoot === null ? null : { name: key, pid: process?.pid ?? null, isNested, dataRoot, isOnNetwork };
  const { containers } = contents;
  const isUsual = process === null && DEFAULT_SOCKETS.includes(found.socket ?? '');
  const unit = isUsual ? DEFAULT_UNIT : (process?.owner?.unit ?? null);
  return {
    key,
    ...stateOf(found, answer),
    socket: found.socket,
    pid: process?.pid ?? null,
    unit: process?.owner?.unit ?? null,
    nestedInContainerId: process?.owner?.containerId ?? null,
    podUid: process?.owner?.podUid ?? null,
    mountNamespace: process?.mountNamespace ?? null,
    networkNamespace: process?.networkNamespace ?? null,
    ...(info ?? NOTHING_TOLD),
    dataRoot,
    dataRootIdentity: folder?.identity ?? null,
    dataRootMount: folder?.mount ?? null,
    liveRestore: info?.liveRestore ?? config?.liveRestore ?? null,
    rootless: info?.rootless ?? args?.rootless ?? null,
    logMaxSizeSet: args?.logMaxSizeSet === true ? true : (config?.logMaxSizeSet ?? null),
    buildCacheGc:
      config === null ? null : config.buildCacheGc === null ? 'not set' : config.buildCacheGc ? 'on' : 'off',
    mountFlags: isNested || unit === null ? null : await readMountFlags(context, unit, key),
    listeners: process === null ? null : await listenersOf(context, process, ownNetwork),
    ...contents,
    containers: containers === null || logs === null ? containers : await addLogBytes(context, logs, containers),
  };
}

const NOTHING_TOLD: Omit<DaemonInfo, 'dataRoot' | 'liveRestore' | 'rootless'> = {
  version: null,
  apiVersion: null,
  storageDriver: null,
  driverStatus: null,
  cgroupDriver: null,
  loggingDriver: null,
  warnings: null,
};

function stateOf(
  { socketPath, noSocketReason }: FoundDaemon,
  answer: DaemonInfo | Problem,
): Pick<DockerDaemon, 'state' | 'stateReason'> {
  if (socketPath === null) {
    return { state: 'no socket', stateReason: noSocketReason === null ? null : reasonOf(noSocketReason) };
  }
  if ('text' in answer) return { state: 'does not answer', stateReason: reasonOf(answer.text) };
  return { state: 'answers', stateReason: null };
}

async function askInfo({ key, socketPath }: FoundDaemon): Promise<DaemonInfo | Problem> {
  if (socketPath === null) return { status: 'unavailable', text: 'it has no socket' };
  const subject = key.replace(/^docker:/, '');
  try {
    const endpoint = { socketPath };
    const [version, info] = await Promise.all([
      ask(endpoint, '/version', INFO_LIMITS),
      ask(endpoint, '/info', INFO_LIMITS),
    ]);
    const parsed = parseDaemonInfo(version, info);
    return typeof parsed === 'string' ? { status: 'failed', text: `${subject}: ${parsed}` } : parsed;
  } catch (error) {
    return problemOf(subject, error);
  }
}

/** Whether one is plain is tried in the network namespace of this process alone. */
async function listenersOf(
  { roots, log }: FileContext,
  { pid, networkNamespace }: HostProcess,
  ownNetwork: string | null,
): Promise<DockerListener[] | null> {
  try {
    const sockets = await readListeners(join(roots.procRoot, String(pid)));
    const isReachable = networkNamespace !== null && networkNamespace === ownNetwork;
    return await Promise.all(
      sockets.map(async ({ address, port }) => {
        return { address, port, isPlain: isReachable ? await isPlainApi({ address, port }) : null };
      }),
    );
  } catch (error) {
    log.addOfProcess('descriptors', pid, `the listeners of process ${pid}`, error);
    return null;
  }
}

/** One daemon after the other, and never beside another call of this function. */
async function askSizes(
  { guard, log }: FileContext,
  found: readonly FoundDaemon[],
  read: Map<string, DockerDaemon>,
): Promise<void> {
  const stopAt = performance.now() + MAX_SIZES_MILLISECONDS;
  const askAll = async (): Promise<void> => {
    for (const { key, socketPath } of found) {
      const daemon = read.get(key);
      if (socketPath === null || daemon === undefined) continue;
      if (performance.now() > stopAt) log.add({ status: 'failed', text: `${key}: no time was left to ask its sizes` });
      else read.set(key, { ...daemon, ...(await addSizes({ name: key, endpoint: { socketPath }, log }, daemon)) });
    }
  };
  const milliseconds = MAX_SIZES_MILLISECONDS + SIZES_LIMITS.deadlineMilliseconds;
  try {
    await guard.run('command', 'the sizes of Docker', milliseconds, askAll);
  } catch (error) {
    log.add(problemOf('the sizes of Docker', error));
  }
}
