import { join } from 'node:path';
import type { MountedLayer, MountInventory, MountNamespace, PathPropagation } from '@silt/domain';
import { type Mount, parseMountinfo } from '../filesystems/parse.ts';
import { mountOfPath, visibleMounts } from '../filesystems/select.ts';
import type { HangGuard } from '../hang-guard.ts';
import { readKernelFile, readKernelLink } from '../kernel-file.ts';
import type { Probed, Problem } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { daemonNamespaces, isDaemon } from './daemons.ts';
import { type DescriptorCalls, descriptorCallsOfNode, readFilePins } from './file-pins.ts';
import { parseMountLines } from './parse-mount-lines.ts';
import { parseNamespaceLink, parseProcessStat } from './parse-process.ts';
import { type HostProcess, readOwner, readStart } from './processes.ts';

const MAX_NAMESPACES = 1_024;
const NAMESPACES_AT_ONCE = 8;
/** Of one namespace and of all; a line of an overlay has 700 bytes. */
const MAX_MOUNTINFO_BYTES = 16 * 1024 ** 2;
const MAX_BYTES = 64 * 1024 ** 2;
const MAX_LAYER_MOUNTS = 16_384;
const MAX_HOLDERS_KEPT = 8;
/** Processes of a namespace that are asked for its mountinfo when the first ones have ended. */
const MAX_ASKED = 8;
const MAX_SHIMS = 4_096;
const KERNEL_THREADS_PARENT = 2;

export interface MountNamespaceOptions {
  guard: HangGuard;
  /** Of `readProcesses`. */
  processes: readonly HostProcess[];
  /** Paths of the host whose mount's propagation is asked for. */
  dataRoots: readonly string[];
  /** Tests have their own. */
  descriptors?: DescriptorCalls;
}

interface Group {
  inode: string;
  members: HostProcess[];
  isHost: boolean | null;
}

interface Reading {
  namespace: MountNamespace;
  ids: number[];
  badLines: number;
  isCut: boolean;
  /** Whole mounts that can be reached; null = not asked of this namespace, or not read. */
  visible: Mount[] | null;
}

/** One mountinfo of each mount namespace, what they hold, and what open files pin beside them. */
export async function readMountNamespaces(
  roots: Roots,
  { guard, processes, dataRoots, descriptors = descriptorCallsOfNode }: MountNamespaceOptions,
): Promise<Probed<MountInventory>> {
  const problems: Problem[] = [];
  const groups = groupByNamespace(processes, hostNamespace(roots, processes));
  if (groups.length > MAX_NAMESPACES) {
    const text = `${groups.length - MAX_NAMESPACES} mount namespaces are more than are read`;
    problems.push({ status: 'failed', text });
  }
  const readings: Reading[] = [];
  const budget = { bytes: MAX_BYTES, layers: MAX_LAYER_MOUNTS, layersLeftOut: 0 };
  for (let done = 0; done < Math.min(groups.length, MAX_NAMESPACES); done += NAMESPACES_AT_ONCE) {
    const batch = groups.slice(done, Math.min(done + NAMESPACES_AT_ONCE, MAX_NAMESPACES));
    readings.push(...(await Promise.all(batch.map((group) => readNamespace(roots, group, dataRoots, budget)))));
  }
  problems.push(...problemsOf(readings, budget.layersLeftOut));
  const mountIds = new Set(readings.flatMap(({ ids }) => ids));
  const pins = await readFilePins(roots, { guard, processes, mountIds }, descriptors);
  problems.push(...pins.problems);
  const namespaces = readings.map(({ namespace }) => namespace).sort((a, b) => compareInodes(a.inode, b.inode));
  const pathPropagation = readings.flatMap((reading) => propagationOf(reading, dataRoots, processes));
  return {
    value: { namespaces, pins: pins.value, pathPropagation, daemons: boundedDaemons(processes, problems) },
    problems,
  };
}

const compareInodes = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

/** Where process 1 may not be looked at, the kernel's own threads tell: they are in the namespace of the boot. */
function hostNamespace(roots: Roots, processes: readonly HostProcess[]): string | null {
  const first = processes.find(({ pid }) => pid === 1);
  if (first !== undefined && first.mountNamespace !== null) return first.mountNamespace;
  const folder = join(roots.procRoot, String(KERNEL_THREADS_PARENT));
  try {
    const stat = parseProcessStat(readKernelFile(join(folder, 'stat')));
    return stat?.isKernelThread === true ? parseNamespaceLink(readKernelLink(join(folder, 'ns/mnt'))) : null;
  } catch {
    return null;
  }
}

/** The host's and the daemons' come first, so that they are among those read when there are too many. */
function groupByNamespace(processes: readonly HostProcess[], host: string | null): Group[] {
  const groups = new Map<string, Group>();
  for (const process of processes) {
    const inode = process.mountNamespace;
    if (inode === null) continue;
    const group = groups.get(inode) ?? { inode, members: [], isHost: host === null ? null : inode === host };
    group.members.push(process);
    groups.set(inode, group);
  }
  const rank = ({ isHost, members }: Group): number => (isHost === true ? 0 : members.some(isDaemon) ? 1 : 2);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

interface Budget {
  bytes: number;
  layers: number;
  layersLeftOut: number;
}

async function readNamespace(
  roots: Roots,
  { inode, members, isHost }: Group,
  dataRoots: readonly string[],
  budget: Budget,
): Promise<Reading> {
  const found = await readMountinfo(roots, members, budget);
  const [first] = members;
  const owner =
    first === undefined ? null : (first.owner ?? (await readOwner(join(roots.procRoot, String(first.pid)))));
  const holders = members.slice(0, MAX_HOLDERS_KEPT).map((process, place) => {
    const { pid, name } = process;
    return { pid, name, owner: place === 0 ? owner : process.owner };
  });
  const base = { inode, isHost, holders, holderCount: members.length };
  if (found === null) {
    const namespace = { ...base, mountCount: null, layerMounts: null };
    return { namespace, ids: [], badLines: 0, isCut: false, visible: null };
  }
  const { ids, layers, badLines } = parseMountLines(found.text);
  const layerMounts = takeLayers(layers, budget);
  const isAsked = dataRoots.length > 0 && (isHost === true || members.some(isDaemonOfHost));
  const visible = isAsked ? visibleMounts(parseMountinfo(found.text).mounts) : null;
  const mountCount = found.isCut ? null : ids.length;
  return { namespace: { ...base, mountCount, layerMounts }, ids, badLines, isCut: found.isCut, visible };
}

function takeLayers(layers: MountedLayer[], budget: Budget): MountedLayer[] {
  const taken = layers.slice(0, budget.layers);
  budget.layers -= taken.length;
  budget.layersLeftOut += layers.length - taken.length;
  return taken;
}

/** A nested daemon's paths are its container's. */
const isDaemonOfHost = (process: HostProcess): boolean => isDaemon(process) && process.owner?.containerId == null;

/** Of the first process that lives. `isCut`: longer than is read; its last line, which may be a part, is left out. */
async function readMountinfo(
  roots: Roots,
  members: readonly HostProcess[],
  budget: Budget,
): Promise<{ text: string; isCut: boolean } | null> {
  for (const { pid } of members.slice(0, MAX_ASKED)) {
    const limit = Math.min(MAX_MOUNTINFO_BYTES, budget.bytes);
    if (limit <= 0) return { text: '', isCut: true };
    try {
      const bytes = await readStart(join(roots.procRoot, String(pid), 'mountinfo'), limit);
      // Every namespace has a mount; a process that ends has an empty file.
      if (bytes.length === 0) continue;
      budget.bytes -= bytes.length;
      const isCut = bytes.length >= limit;
      const text = bytes.toString('utf8');
      return { text: isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : text, isCut };
    } catch {}
  }
  return null;
}

function problemsOf(readings: readonly Reading[], layersLeftOut: number): Problem[] {
  const problems: Problem[] = [];
  const unread = readings.filter(({ namespace, isCut }) => namespace.layerMounts === null && !isCut).length;
  const cut = readings.filter(({ isCut }) => isCut).length;
  const badLines = readings.reduce((sum, one) => sum + one.badLines, 0);
  const failed = (text: string): number => problems.push({ status: 'failed', text });
  if (unread > 0) failed(`mountinfo of ${unread} mount namespaces: no process of theirs let it be read`);
  if (cut > 0) failed(`mountinfo of ${cut} mount namespaces: longer than is read`);
  if (badLines > 0) failed(`mountinfo of mount namespaces has ${badLines} lines that cannot be read`);
  if (layersLeftOut > 0) failed(`${layersLeftOut} mounts of layers are more than are kept`);
  return problems;
}

function propagationOf(
  { namespace, visible }: Reading,
  dataRoots: readonly string[],
  processes: readonly HostProcess[],
): PathPropagation[] {
  if (visible === null) return [];
  const { inode, isHost } = namespace;
  const daemons = processes.filter((one) => one.mountNamespace === inode && isDaemonOfHost(one));
  return dataRoots.map((path) => {
    const mount = mountOfPath(path, visible);
    return {
      ...{ path, namespace: inode, isHost, daemonPids: daemons.map(({ pid }) => pid) },
      ...{ mountPoint: mount?.mountPoint ?? null, propagation: mount?.propagation ?? null },
    };
  });
}

function boundedDaemons(processes: readonly HostProcess[], problems: Problem[]): MountInventory['daemons'] {
  let left = MAX_SHIMS;
  let leftOut = 0;
  const daemons = daemonNamespaces(processes).map((daemon) => {
    const shims = daemon.shims.slice(0, left);
    left -= shims.length;
    leftOut += daemon.shims.length - shims.length;
    return { ...daemon, shims };
  });
  if (leftOut > 0) problems.push({ status: 'failed', text: `${leftOut} shims of containers are more than are kept` });
  return daemons;
}
