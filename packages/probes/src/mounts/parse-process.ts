import type { ProcessOwner } from '@silt/domain';

/** What /proc/<pid>/stat says (proc_pid_stat(5)). */
export interface ProcessStat {
  parentPid: number;
  /** Clock ticks since boot: with the process id it names a process for good. */
  startTicks: number;
  /** Bytes that are no UTF-8 are replaced. */
  name: string;
  isKernelThread: boolean;
}

/** include/linux/sched.h */
const KERNEL_THREAD_FLAG = 0x0020_0000;
/** Places after the name's closing bracket; the manual counts from 1 and has the state third. */
const [PARENT_PLACE, FLAGS_PLACE, START_PLACE] = [1, 6, 19];

/** The name stands in brackets and may itself have brackets, spaces and newlines: the last bracket ends it. null = no stat. */
export function parseProcessStat(stat: Buffer): ProcessStat | null {
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')];
  if (open < 0 || close < open) return null;
  const fields = stat.toString('latin1', close + 2).split(' ');
  const [parentPid, flags, startTicks] = [PARENT_PLACE, FLAGS_PLACE, START_PLACE].map((place) => whole(fields[place]));
  if (parentPid === undefined || flags === undefined || startTicks === undefined) return null;
  if (parentPid === null || flags === null || startTicks === null) return null;
  const name = stat.toString('utf8', open + 1, close).replaceAll('\0', '\u{FFFD}');
  return { parentPid, startTicks, name, isKernelThread: (flags & KERNEL_THREAD_FLAG) !== 0 };
}

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `mnt:[4026531841]` → `4026531841`. null = no such link. */
export function parseNamespaceLink(link: string): string | null {
  return /^[a-z_]+:\[(\d{1,20})\]$/.exec(link)?.[1] ?? null;
}

/**
 * dockerd, containerd, podman and what starts or watches containers for them. The kernel cuts names to 15 bytes:
 * `docker-containe` is the containerd, or the shim, of Docker 1.11 to 18.06.
 */
const DAEMON_NAME = /^(dockerd|docker-containe|containerd|containerd-shim.*|podman|conmon|crio|buildkitd)$/;

export const isDaemonName = (name: string): boolean => DAEMON_NAME.test(name);

/** `podman run` and the like have a container's own arguments among theirs. */
const NAME_WITH_OWN_FLAGS = /^(dockerd|docker-containe|containerd|containerd-shim.*)$/;

/** Flags with a value that say where a daemon keeps what; no other value is kept, since it may be a secret. */
const KEPT_FLAGS = new Set([
  ...['--data-root', '--graph', '-g', '--exec-root', '-H', '--host', '--root', '--config', '-c', '--config-file'],
  ...['--state', '-namespace', '--namespace', '-id', '--id', '-address', '--address', '-a', '--containerd'],
  ...['--storage-driver', '-s', '--pidfile'],
  ...['--containerd-namespace', '--containerd-plugins-namespace'],
]);
const KEPT_SWITCHES = /^--(live-restore|rootless|tls|tlsverify)(=(true|false))?$/;
const KEPT_LOG_OPTION = /^max-(size|file)=/;
const MAX_ARGUMENTS = 64;
const MAX_ARGUMENT_CHARACTERS = 4_096;

/** /proc/<pid>/cmdline of a daemon by its name: the program's path, and of its arguments those of the list above. */
export function parseDaemonArguments(name: string, cmdline: string): string[] {
  const [program = '', ...all] = cmdline.replace(/\0+$/, '').split('\0');
  const words = NAME_WITH_OWN_FLAGS.test(name) ? all : [];
  const kept: string[] = [];
  for (let place = 0; place < words.length && kept.length < MAX_ARGUMENTS; place += 1) {
    const word = words[place] ?? '';
    const next = words[place + 1];
    const [flag = '', ...value] = word.split('=');
    if (KEPT_SWITCHES.test(word)) kept.push(word);
    else if (KEPT_FLAGS.has(word) && next !== undefined) {
      kept.push(word, next);
      place += 1;
    } else if (KEPT_FLAGS.has(flag) || /^-H./.test(word)) kept.push(word);
    else if (flag === '--log-opt' && KEPT_LOG_OPTION.test(value.join('='))) kept.push(word);
    else if (word === '--log-opt' && next !== undefined) {
      if (KEPT_LOG_OPTION.test(next)) kept.push(word, next);
      place += 1;
    }
  }
  return [program, ...kept].map((one) => one.slice(0, MAX_ARGUMENT_CHARACTERS));
}

const CONTAINER_ID = /(?:^|[/:.])((?:[a-z]+-)*)([0-9a-f]{64})(?=$|[/.])/g;
const POD_UID = /pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?=$|[/.:])/;

/**
 * Who runs a process, by its cgroups (cgroups(7)): Docker's `/docker/<id>` and `docker-<id>.scope`, containerd's, CRI-O's
 * and Podman's the like, Kubernetes' `kubepods…pod<uid>` of both drivers. In nested containers the innermost counts.
 */
export function parseCgroup(text: string): ProcessOwner {
  const rows = text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
  });
  // systemd's own hierarchy has its units; in version 2 there is only one.
  const own = rows.filter(({ controllers }) => controllers === 'name=systemd' || controllers === '');
  const paths = [...own, ...rows].map(({ path }) => path);
  return {
    unit: firstOf(own, ({ path }) => unitOf(path)),
    containerId: firstOf(paths, containerOf),
    podUid: firstOf(paths, (path) => POD_UID.exec(path)?.[1]?.replaceAll('_', '-') ?? null),
  };
}

function firstOf<Item, Value>(items: readonly Item[], pick: (item: Item) => Value | null): Value | null {
  for (const item of items) {
    const value = pick(item);
    if (value !== null) return value;
  }
  return null;
}

function containerOf(path: string): string | null {
  // conmon watches a container from outside of it, in a scope named after it.
  const ids = [...path.matchAll(CONTAINER_ID)].filter(([, prefix]) => prefix !== undefined && !/conmon-$/.test(prefix));
  return ids.at(-1)?.[2] ?? null;
}

function unitOf(path: string): string | null {
  const units = path.split('/').filter((part) => /.\.(service|scope)$/.test(part) && containerOf(part) === null);
  return units.at(-1) ?? null;
}
