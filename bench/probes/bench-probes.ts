import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type BusyHostSize, buildBusyHost } from '../../lab/src/busy-host.ts';
import { Lab } from '../../lab/src/lab.ts';
import { readBlockDevices } from '../../packages/probes/src/block/read.ts';
import { readBtrfs } from '../../packages/probes/src/btrfs/read.ts';
import { readBtrfsInventory } from '../../packages/probes/src/btrfs/read-inventory.ts';
import { type CollectOptions, collect, newCollectMemory } from '../../packages/probes/src/collect.ts';
import { collectInventory } from '../../packages/probes/src/collect-inventory.ts';
import { runCommand } from '../../packages/probes/src/command.ts';
import { readDockerInventory } from '../../packages/probes/src/docker/read.ts';
import { measureFileSystems, readMounts, statfsOfNode } from '../../packages/probes/src/filesystems/read.ts';
import { readLayers } from '../../packages/probes/src/layers/read-layers.ts';
import { readLoops } from '../../packages/probes/src/loop/read.ts';
import { readProcesses } from '../../packages/probes/src/mounts/processes.ts';
import { readMountNamespaces } from '../../packages/probes/src/mounts/read-mount-namespaces.ts';
import { DEFAULT_ROOTS } from '../../packages/probes/src/roots.ts';
import { type Cost, measure } from './measure.ts';

export interface ProbeCost extends Cost {
  name: string;
  /** Milliseconds of the table in docs/collector.md for the same read; null = none there. */
  referenceMs: number | null;
}

export interface ProbesBenchResult {
  size: BusyHostSize & { mountNamespaces: number };
  probes: ProbeCost[];
  fast: Cost;
  /** Nothing known yet of what does not change, and code not yet compiled. */
  firstSlow: Cost;
  slow: Cost;
  /** `mountinfo` of every process, read and nothing else: what reading one a namespace saves. */
  baseline: Cost;
}

export interface ProbesBenchOptions {
  size: BusyHostSize;
  rounds: number;
  log: (line: string) => void;
}

/** Builds the busy host, measures each probe alone and both beats whole, and tears it down. */
export async function benchProbes({ size, rounds, log }: ProbesBenchOptions): Promise<ProbesBenchResult> {
  const lab = new Lab();
  try {
    const { mountPoint, socket } = await buildBusyHost(lab, size, log);
    const options: CollectOptions = {
      roots: DEFAULT_ROOTS,
      dockerSockets: [socket],
      dockerSizes: false,
      memory: newCollectMemory(),
    };
    const { layout } = await collect(options);
    const firstSlow = await measure(1, () => collectInventory(options, layout), 0);
    const inventory = await collectInventory(options, layout);
    log(`measuring ${rounds} rounds`);
    const probes = await costsOf(options, { mountPoint, socket, rounds });
    return {
      size: { ...size, mountNamespaces: inventory.mounts?.namespaces.length ?? 0 },
      probes,
      fast: await measure(rounds, () => collect(options)),
      firstSlow,
      slow: await measure(rounds, () => collectInventory(options, layout)),
      baseline: await measure(rounds, readEveryMountinfo),
    };
  } finally {
    await lab.close();
  }
}

async function costsOf(
  options: CollectOptions,
  { mountPoint, socket, rounds }: { mountPoint: string; socket: string; rounds: number },
): Promise<ProbeCost[]> {
  const { roots, memory } = options;
  const { guard } = memory;
  const { layout } = await collect(options);
  const fileSystems = layout.stores.flatMap(({ uuid, key, name }) =>
    name === mountPoint && uuid !== null ? [{ uuid, storeKey: key, mountPoint: name }] : [],
  );
  const { value: processes } = await readProcesses(roots);
  const tools = {
    guard,
    processes,
    sockets: [socket],
    isSizesTurn: () => false,
    memory: memory.inventory.docker,
  } as const;
  const layers = { guard, dataRoot: `${mountPoint}/docker`, driver: 'btrfs', memory: memory.inventory.layers };
  const calls: [name: string, referenceMs: number | null, call: () => Promise<unknown>][] = [
    ['btrfs, sysfs', 0.29, () => readBtrfs(roots)],
    ['loop files', 0.14, () => readLoops(roots, guard)],
    ['file systems, statfs', null, async () => measureFileSystems(await readMounts(roots), roots, guard, statfsOfNode)],
    ['block devices', null, () => readBlockDevices(roots)],
    ['subvolumes, quota groups', 6.07, () => readBtrfsInventory(roots, { guard, command: runCommand, fileSystems })],
    ['Docker: lists', 50, () => readDockerInventory(roots, tools)],
    ['layers against layerdb', 5.3, () => readLayers(layers)],
    ['processes', 6.65, () => readProcesses(roots)],
    ['mounts, file descriptors', 44.29, () => readMountNamespaces(roots, { guard, processes, dataRoots: [] })],
  ];
  const costs: ProbeCost[] = [];
  for (const [name, referenceMs, call] of calls) costs.push({ name, referenceMs, ...(await measure(rounds, call)) });
  return costs;
}

async function readEveryMountinfo(): Promise<void> {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '');
  }
}
