import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostProcess } from '../mounts/processes.ts';
import { errorCode, problemOf } from '../problem.ts';
import { type DockerdArguments, parseDockerdArguments, socketPathsOf } from './daemon-arguments.ts';
import type { DaemonConfig } from './daemon-config.ts';
import { resolveInRoot } from './path-in-root.ts';
import { type FileContext, processRoot, readDaemonConfig } from './process-files.ts';

/** Processes of one name beyond these are counted, not read. */
export const DEFAULT_SOCKETS = ['/var/run/docker.sock', '/run/docker.sock'];
const MAX_DAEMONS = 64;
const SOCKET_DEADLINE_MILLISECONDS = 2_000;
const DEFAULT_CONFIG = '/etc/docker/daemon.json';
export const DEFAULT_DATA_ROOT = '/var/lib/docker';

/** A daemon before it is asked. */
export interface FoundDaemon {
  key: string;
  process: HostProcess | null;
  args: DockerdArguments | null;
  config: DaemonConfig | null;
  /** As the daemon names it, and as it is reached from here. */
  socket: string | null;
  socketPath: string | null;
  /** Why there is no path. */
  noSocketReason: string | null;
  /** By its arguments and daemon.json; its API knows better. */
  dataRoot: string | null;
}

/** Processes of that name; one whose parent has it too, in the same namespace, is about to become another program. */
export function processesNamed(name: string, processes: readonly HostProcess[], { log }: FileContext): HostProcess[] {
  const named = new Map(processes.filter((process) => process.name === name).map((process) => [process.pid, process]));
  const own = [...named.values()].filter(({ parentPid, mountNamespace }) => {
    const parent = named.get(parentPid);
    return parent === undefined || parent.mountNamespace !== mountNamespace;
  });
  const left = own.length - MAX_DAEMONS;
  if (left > 0) log.add({ status: 'failed', text: `${left} of ${own.length} ${name} processes were left out` });
  return own.toSorted((a, b) => a.startTicks - b.startTicks).slice(0, MAX_DAEMONS);
}

interface Reached {
  /** `device:inode`. */
  identity: string;
  socketPath: string;
}

/** Daemons by their processes, the oldest first, then by sockets behind which no process was seen. */
export async function findDaemons(
  context: FileContext,
  processes: readonly HostProcess[],
  sockets: readonly string[],
): Promise<FoundDaemon[]> {
  const hostSockets = await reachHostSockets(context, sockets);
  const claimed = new Set<string>();
  const keys = new Set<string>();
  const found: FoundDaemon[] = [];
  for (const process of processesNamed('dockerd', processes, context)) {
    const daemon = await fromProcess(context, process, hostSockets, claimed);
    if (keys.has(daemon.key)) daemon.key = `docker:${daemon.dataRoot ?? ''}@${process.pid}`;
    keys.add(daemon.key);
    found.push(daemon);
  }
  for (const [identity, { socket, socketPath }] of hostSockets) {
    const key = `docker:${socket}`;
    if (claimed.has(identity) || keys.has(key)) continue;
    const unknown = { process: null, args: null, config: null, noSocketReason: null, dataRoot: null };
    found.push({ ...unknown, key, socket, socketPath });
  }
  return found;
}

/** By identity; the first path to a socket names it, as in `readDaemons`. */
async function reachHostSockets(
  context: FileContext,
  sockets: readonly string[],
): Promise<Map<string, { socket: string; socketPath: string }>> {
  const reached = new Map<string, { socket: string; socketPath: string }>();
  for (const socket of [...DEFAULT_SOCKETS, ...sockets]) {
    try {
      const { identity, socketPath } = await reach(context, context.roots.hostRoot, socket);
      if (!reached.has(identity)) reached.set(identity, { socket, socketPath });
    } catch (error) {
      const expected = DEFAULT_SOCKETS.includes(socket) && ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
      if (!expected) context.log.add(problemOf(socket, error));
    }
  }
  return reached;
}

/** Throws what stat throws. */
function reach({ guard }: FileContext, root: string, socket: string): Promise<Reached> {
  return guard.run('local', `${root}: ${socket}`, SOCKET_DEADLINE_MILLISECONDS, async () => {
    const socketPath = join(root, await resolveInRoot(root, socket));
    const entry = await stat(socketPath, { bigint: true });
    if (!entry.isSocket()) throw new Error('no socket');
    return { identity: `${entry.dev}:${entry.ino}`, socketPath };
  });
}

async function fromProcess(
  context: FileContext,
  process: HostProcess,
  hostSockets: ReadonlyMap<string, { socket: string }>,
  claimed: Set<string>,
): Promise<FoundDaemon> {
  const { pid, owner } = process;
  const containerId = owner?.containerId ?? null;
  const isNested = containerId !== null;
  const args = parseDockerdArguments(process.arguments ?? []);
  const config = await readDaemonConfig(context, { pid, isNested }, args.configFile ?? DEFAULT_CONFIG);
  const paths = await socketsOfProcess(context, process, args, config);
  const usualRoot = config === null || args.rootless ? null : DEFAULT_DATA_ROOT;
  const dataRoot = args.dataRoot ?? config?.dataRoot ?? usualRoot;
  const daemon: FoundDaemon = {
    key: `docker:${dataRoot ?? ''}@${pid}`,
    process,
    args,
    config,
    socket: null,
    socketPath: null,
    noSocketReason: 'it listens on no socket of the file system',
    dataRoot,
  };
  const keyOf = (socket: string): string => `docker:${containerId === null ? '' : `${containerId}:`}${socket}`;
  for (const socket of paths) {
    // Named by its first path even while it is not there, so that the key stays.
    if (daemon.socket === null) Object.assign(daemon, { socket, key: keyOf(socket) });
    try {
      const reached = await reachOfProcess(context, process, socket, args.rootless);
      if (claimed.has(reached.identity)) {
        daemon.key = `docker:${dataRoot ?? ''}@${pid}`;
        daemon.noSocketReason = `${socket} is another daemon's`;
        continue;
      }
      claimed.add(reached.identity);
      const name = isNested ? socket : (hostSockets.get(reached.identity)?.socket ?? socket);
      return { ...daemon, socket: name, key: keyOf(name), socketPath: reached.socketPath, noSocketReason: null };
    } catch (error) {
      daemon.noSocketReason = problemOf(socket, error).text;
    }
  }
  return daemon;
}

async function socketsOfProcess(
  { roots }: FileContext,
  { pid }: HostProcess,
  args: DockerdArguments,
  config: DaemonConfig | null,
): Promise<string[]> {
  const hosts = args.hosts.length > 0 ? args.hosts : (config?.hosts ?? []);
  if (hosts.length > 0 || !args.rootless) return socketPathsOf(hosts);
  const owner = await stat(join(roots.procRoot, String(pid))).catch(() => null);
  return owner === null ? [] : [`/run/user/${owner.uid}/docker.sock`];
}

/** A daemon of the host has its socket on the host; a nested or a rootless one has it in its own mount namespace. */
async function reachOfProcess(
  context: FileContext,
  { pid, owner }: HostProcess,
  socket: string,
  rootless: boolean,
): Promise<Reached> {
  const own = processRoot(context.roots, pid);
  if (rootless || (owner?.containerId ?? null) !== null) return reach(context, own, socket);
  try {
    return await reach(context, context.roots.hostRoot, socket);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return reach(context, own, socket);
  }
}
