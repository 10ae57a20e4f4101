import type { DaemonNamespaces, ShimNamespace } from '@silt/domain';
import type { HostProcess } from './processes.ts';

const DEFAULT_SOCKET = '/run/containerd/containerd.sock';

type Role = 'dockerd' | 'containerd' | 'shim' | null;

/** `docker-containe` is the cut name of Docker's own containerd and of its shim. */
function roleOf({ name, arguments: words }: HostProcess): Role {
  if (name === 'dockerd' || name === 'containerd') return name;
  if (name.startsWith('containerd-shim')) return 'shim';
  if (name !== 'docker-containe') return null;
  return words?.[0]?.includes('shim') === true ? 'shim' : 'containerd';
}

/** dockerd or containerd, nested ones too. */
export const isDaemon = (process: HostProcess): boolean => ['dockerd', 'containerd'].includes(roleOf(process) ?? '');

/** Each daemon with the shims of its containers: a shim names the socket of its containerd, a dockerd its containerd. */
export function daemonNamespaces(processes: readonly HostProcess[]): DaemonNamespaces[] {
  const containerds = processes.filter((process) => roleOf(process) === 'containerd');
  const shims = processes.filter((process) => roleOf(process) === 'shim');
  return processes.filter(isDaemon).map((daemon): DaemonNamespaces => {
    const socket = roleOf(daemon) === 'dockerd' ? socketOfDockerd(daemon, containerds) : socketOfContainerd(daemon);
    const own = shims.filter(
      (shim) => isBeside(shim, daemon) && socketOfShim(shim, containerds) === socket && isServedBy(shim, daemon),
    );
    const { pid, name, mountNamespace, owner } = daemon;
    return { pid, name, mountNamespace, owner, shims: own.map((shim) => shimNamespace(shim, daemon)) };
  });
}

/** Sockets of nested daemons have the same names as the host's. */
const isBeside = (a: HostProcess, b: HostProcess): boolean =>
  (a.owner?.containerId ?? null) === (b.owner?.containerId ?? null);

/** dockerd has its containers in a namespace of containerd's of its own; others' are Kubernetes'. */
function isServedBy(shim: HostProcess, daemon: HostProcess): boolean {
  const namespace = valueOfFlag(shim, ['-namespace', '--namespace']);
  if (roleOf(daemon) !== 'dockerd' || namespace === null) return true;
  const own = valueOfFlag(daemon, ['--containerd-namespace']) ?? 'moby';
  return namespace === own || namespace === (valueOfFlag(daemon, ['--containerd-plugins-namespace']) ?? 'plugins.moby');
}

function shimNamespace(shim: HostProcess, daemon: HostProcess): ShimNamespace {
  const { pid, mountNamespace } = shim;
  const areRead = mountNamespace !== null && daemon.mountNamespace !== null;
  return {
    pid,
    id: valueOfFlag(shim, ['-id', '--id']),
    containerdNamespace: valueOfFlag(shim, ['-namespace', '--namespace']),
    mountNamespace,
    sameAsDaemon: areRead ? mountNamespace === daemon.mountNamespace : null,
  };
}

function socketOfDockerd(dockerd: HostProcess, containerds: readonly HostProcess[]): string {
  const given = valueOfFlag(dockerd, ['--containerd']);
  if (given !== null) return socketName(given);
  const child = containerds.find(({ parentPid }) => parentPid === dockerd.pid);
  return child === undefined ? DEFAULT_SOCKET : socketOfContainerd(child);
}

/** One that dockerd starts has its configuration beside its socket. */
function socketOfContainerd(containerd: HostProcess): string {
  const given = valueOfFlag(containerd, ['--address', '-a', '-address']);
  if (given !== null) return socketName(given);
  const file = valueOfFlag(containerd, ['--config', '-c']);
  return file?.endsWith('/containerd/containerd.toml') === true && !file.startsWith('/etc/')
    ? socketName(file.replace(/toml$/, 'sock'))
    : DEFAULT_SOCKET;
}

function socketOfShim(shim: HostProcess, containerds: readonly HostProcess[]): string {
  const given = valueOfFlag(shim, ['-address', '--address', '-a']);
  if (given !== null) return socketName(given);
  const parent = containerds.find(({ pid }) => pid === shim.parentPid);
  return parent === undefined ? DEFAULT_SOCKET : socketOfContainerd(parent);
}

const socketName = (text: string): string => text.replace(/^unix:\/\//, '').replace(/^\/var\/run\//, '/run/');

/** `--flag value` or `--flag=value`. */
function valueOfFlag({ arguments: words }: HostProcess, names: readonly string[]): string | null {
  for (const [place, word] of (words ?? []).entries()) {
    if (names.includes(word)) return words?.[place + 1] ?? null;
    const name = names.find((one) => word.startsWith(`${one}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return null;
}
