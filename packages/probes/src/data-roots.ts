import { join } from 'node:path';
import type { Containerd, ContainerdRoot, DataRoot, DockerDaemon, DockerInventory, FolderIdentity } from '@silt/domain';
import { resolveInRoot } from './docker/path-in-root.ts';
import { processRoot } from './docker/process-files.ts';
import type { HangGuard } from './hang-guard.ts';
import type { LayersMemory } from './layers/memory.ts';
import { readLayers } from './layers/read-layers.ts';
import { readSnapshotters } from './layers/read-snapshotters.ts';
import type { Probed, Problem } from './problem.ts';
import type { Roots } from './roots.ts';

export interface DataRootTools {
  roots: Roots;
  guard: HangGuard;
  memory: LayersMemory;
}

export interface DataRoots {
  dataRoots: DataRoot[];
  containerdRoots: ContainerdRoot[];
}

/** What lies on disk under each daemon that was found, one root after the other: none of it is in a hurry. */
export async function readDataRoots(tools: DataRootTools, docker: DockerInventory): Promise<Probed<DataRoots>> {
  const problems: Problem[] = [];
  const dataRoots: DataRoot[] = [];
  for (const group of groupsOf(docker.daemons, ({ dataRootIdentity }) => dataRootIdentity)) {
    // One that does not answer still has the driver that an earlier one of its data root told.
    const [daemon] = group.filter(({ dataRoot, storageDriver }) => dataRoot !== null && storageDriver !== null);
    if (daemon?.dataRoot == null || daemon.storageDriver === null) continue;
    const dataRoot = await reach(tools.roots, daemon, daemon.dataRoot, daemon.dataRootIdentity);
    const { guard, memory } = tools;
    const read = await readLayers({ guard, memory, dataRoot, driver: daemon.storageDriver });
    problems.push(...read.problems);
    dataRoots.push({ daemonKeys: group.map(({ key }) => key), path: daemon.dataRoot, layers: read.value });
  }
  const containerdRoots: ContainerdRoot[] = [];
  for (const group of groupsOf(docker.containerds, ({ rootIdentity }) => rootIdentity)) {
    const [first] = group;
    if (first == null || first.root === null) continue;
    const root = await reach(tools.roots, first, first.root, first.rootIdentity);
    const read = await readSnapshotters({ guard: tools.guard, root });
    problems.push(...read.problems);
    containerdRoots.push({ containerdKeys: group.map(({ key }) => key), path: first.root, snapshotters: read.value });
  }
  return { value: { dataRoots, containerdRoots }, problems };
}

/** Those of one folder together; one whose folder is not known stands alone. */
function groupsOf<One>(all: readonly One[], identityOf: (one: One) => FolderIdentity | null): One[][] {
  const groups = new Map<string, One[]>();
  for (const [place, one] of all.entries()) {
    const identity = identityOf(one);
    const key = identity === null ? `unknown ${place}` : `${identity.device}:${identity.inode}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/**
 * A folder of a daemon as this process reaches it: through the daemon's own root where that may be looked into, since the
 * folder may be mounted in the daemon's namespace alone; else as the host has it.
 */
async function reach(
  roots: Roots,
  { pid, nestedInContainerId }: Pick<DockerDaemon | Containerd, 'pid' | 'nestedInContainerId'>,
  folder: string,
  identity: FolderIdentity | null,
): Promise<string> {
  const throughProcess = pid !== null && (identity !== null || nestedInContainerId !== null);
  const root = throughProcess ? processRoot(roots, pid) : roots.hostRoot;
  const resolved = await resolveInRoot(root, folder).catch(() => folder);
  return join(root, resolved);
}
