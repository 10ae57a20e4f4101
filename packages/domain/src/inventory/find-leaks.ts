import type { DockerDaemon } from './docker.ts';
import type { DataRoot } from './inventory.ts';
import { findMountLeaks, type MountInventory, type MountLeak } from './mounts.ts';

/** Not `removing`: its layer is unmounted by then, and a removal that a leaked mount has stopped leaves it in that state. */
const MOUNTED_STATES = new Set(['running', 'paused', 'restarting']);

/**
 * Mounts that stopped or removed containers have left, by the daemons' own words and records. null = cannot tell: a daemon
 * of the host does not answer, and keeps its data where no other one does.
 */
export function findLeaks(
  mounts: MountInventory,
  daemons: readonly DockerDaemon[],
  dataRoots: readonly DataRoot[],
): MountLeak[] | null {
  const silent = daemons.filter(({ containers }) => containers === null);
  const answered = new Set(daemons.filter(({ containers }) => containers !== null).map(identityText));
  const isUnknown = (one: DockerDaemon) => one.nestedInContainerId === null && !answered.has(identityText(one));
  if (silent.some(isUnknown)) return null;
  const running = new Set<string>();
  for (const { id, state } of daemons.flatMap(({ containers }) => containers ?? [])) {
    if (MOUNTED_STATES.has(state)) running.add(id);
  }
  const mountOwners = new Map<string, string>();
  for (const { mountId, containerId } of dataRoots.flatMap(({ layers }) => layers.mounts ?? [])) {
    if (mountId !== null) mountOwners.set(mountId, containerId);
  }
  const wholeRoots = silent.some(({ nestedInContainerId }) => nestedInContainerId !== null)
    ? []
    : wholeRootsOf(daemons, dataRoots);
  return findMountLeaks(mounts, { mountOwners, running, wholeRoots });
}

const identityText = ({ dataRootIdentity: folder, key }: DockerDaemon): string =>
  folder === null ? key : `${folder.device}:${folder.inode}`;

/**
 * Data roots all of whose containers are known. None while the host's own daemon does not answer: a nested one's root has
 * the same path in its container, and with live-restore containers run on without their daemon.
 */
function wholeRootsOf(daemons: readonly DockerDaemon[], dataRoots: readonly DataRoot[]): string[] {
  if (!daemons.some(({ nestedInContainerId }) => nestedInContainerId === null)) return [];
  return dataRoots.every(({ layers }) => layers.mounts !== null) ? dataRoots.map(({ path }) => path) : [];
}
