import type { ProbeReport, Snapshot } from '@silt/domain';
import { assemble } from './assemble.ts';
import { readBtrfs } from './btrfs/read.ts';
import { withDeadline } from './deadline.ts';
import { readDaemons } from './docker/read.ts';
import { measureFileSystems, readMounts, type StatfsCall, statfsOfNode } from './filesystems/read.ts';
import { HangGuard } from './hang-guard.ts';
import { readHostClock } from './host/read.ts';
import { readLoops } from './loop/read.ts';
import { type Probed, type Problem, problemOf, summarise } from './problem.ts';
import type { Roots } from './roots.ts';
import { type DmsetupCall, dmsetupOfHost } from './thin-pool/dmsetup.ts';
import type { PoolTable } from './thin-pool/parse.ts';
import { readThinPools } from './thin-pool/read.ts';

/** Beyond the deadline of each call in it, so that one hanging call costs its own reading alone. */
const PROBE_DEADLINE_MILLISECONDS = 5_000;

/** What is kept from beat to beat. */
export interface CollectMemory {
  guard: HangGuard;
  /** Keys of the stores that have a fixed number of inodes. */
  withInodes: Set<string>;
  /** Last tables of the thin pools, by the device mapper's name. */
  poolTables: Map<string, PoolTable>;
}

export const newCollectMemory = (): CollectMemory => ({
  guard: new HangGuard(),
  withInodes: new Set(),
  poolTables: new Map(),
});

export interface CollectOptions {
  roots: Roots;
  /** Sockets of Docker daemons besides the usual ones. */
  dockerSockets: readonly string[];
  /** The same one at each beat. */
  memory: CollectMemory;
  statfs?: StatfsCall;
  dmsetup?: DmsetupCall;
}

interface Ran<Value> {
  /** null = the probe failed as a whole. */
  value: Value | null;
  problems: Problem[];
  durationMilliseconds: number;
}

/** One beat: all probes at once, each on its own deadline. Never throws; what was not read is told in `probes`. */
export async function collect({
  roots,
  dockerSockets,
  memory,
  statfs = statfsOfNode,
  dmsetup = dmsetupOfHost,
}: CollectOptions): Promise<Snapshot> {
  const { guard, withInodes, poolTables } = memory;
  const mounts = readMounts(roots);
  const [host, filesystems, btrfs, loop, thinPools, docker] = await Promise.all([
    run('host', readHostClock(roots)),
    run(
      'mountinfo',
      mounts.then((all) => measureFileSystems(all, roots, guard, statfs)),
    ),
    // After mountinfo, so that what is mounted between the two is not a btrfs without its sysfs.
    run(
      '/sys/fs/btrfs',
      mounts.catch(() => null).then(() => readBtrfs(roots)),
    ),
    run(
      '/sys/block',
      readLoops(roots, guard).then((value) => ({ value, problems: [] })),
    ),
    run('/sys/block', readThinPools(roots, { guard, dmsetup, tables: poolTables })),
    run('docker', readDaemons(roots, dockerSockets)),
  ]);
  const clock = host.value ?? { now: new Date().toISOString(), bootId: 'not-read', uptimeMilliseconds: 0 };
  const { layout, readings, problems } = assemble(
    {
      systems: filesystems.value ?? [],
      visible: filesystems.value === null ? [] : (await mounts).visible,
      btrfs: btrfs.value ?? [],
      loops: loop.value ?? new Map(),
      thinPools: thinPools.value ?? [],
      daemons: docker.value ?? [],
    },
    withInodes,
  );
  return {
    takenAt: clock.now,
    bootId: clock.bootId,
    uptimeMilliseconds: clock.uptimeMilliseconds,
    layout,
    readings,
    probes: [
      report('host', host, []),
      report('filesystems', filesystems, problems.filesystems),
      report('btrfs', btrfs, [...problems.btrfs, ...(btrfs.value ?? []).flatMap((one) => one.problems)]),
      report('loop', loop, problems.loop),
      report('thin-pools', thinPools, problems.thinPools),
      report('docker', docker, []),
    ],
  };
}

async function run<Value>(subject: string, work: Promise<Probed<Value>>): Promise<Ran<Value>> {
  const began = performance.now();
  const took = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    const { value, problems } = await withDeadline(work, PROBE_DEADLINE_MILLISECONDS);
    return { value, problems, durationMilliseconds: took() };
  } catch (error) {
    return { value: null, problems: [problemOf(subject, error)], durationMilliseconds: took() };
  }
}

function report(
  probe: string,
  { problems, durationMilliseconds }: Ran<unknown>,
  more: readonly Problem[],
): ProbeReport {
  return { probe, ...summarise([...problems, ...more]), durationMilliseconds };
}
