import { type BlockDevice, type DockerDaemon, findLeaks, type Inventory, type Layout } from '@silt/domain';
import { readBlockDevices } from './block/read.ts';
import { readBtrfsInventory } from './btrfs/read-inventory.ts';
import { readMaintenance } from './btrfs/read-maintenance.ts';
import type { CollectOptions, KnownDaemon } from './collect.ts';
import { runCommand } from './command.ts';
import { readDataRoots } from './data-roots.ts';
import { parseDockerdArguments } from './docker/daemon-arguments.ts';
import { DEFAULT_DATA_ROOT } from './docker/find-daemons.ts';
import { readDockerInventory } from './docker/read.ts';
import { statfsOfNode } from './filesystems/read.ts';
import { readMaxUserNamespaces } from './host/read.ts';
import { takeSizesTurn } from './inventory-memory.ts';
import { type HostProcess, readProcesses } from './mounts/processes.ts';
import { readLayerSpaces } from './mounts/read-layer-spaces.ts';
import { readMountNamespaces } from './mounts/read-mount-namespaces.ts';
import { reportOf, runProbe } from './run-probe.ts';
import { withStorableTexts } from './storable-text.ts';
import { dmsetupOfHost } from './thin-pool/dmsetup.ts';
import { groupRoomsAfter } from './thin-pool/group-rooms.ts';
import { readThinInventory } from './thin-pool/read-inventory.ts';

/** A walk of the layers by every daemon has three minutes of it. */
const DOCKER_DEADLINE_MILLISECONDS = 300_000;
/** Nobody waits for the slow beat, and a daemon under load may take its time. */
const DEADLINE_MILLISECONDS = 120_000;

/**
 * The slow beat: what holds the space and who owns it. `layout`: of a snapshot taken before. Never throws; what was not
 * read is null and told in `probes`. Never two of one `memory` at a time.
 */
export async function collectInventory(options: CollectOptions, layout: Layout): Promise<Inventory> {
  const takenAt = new Date().toISOString();
  const { roots, memory } = options;
  const processes = readProcesses(roots);
  const [devices, btrfs, joined] = await Promise.all([
    runProbe('/sys/block', DEADLINE_MILLISECONDS, readBlockDevices(roots)),
    runProbe('subvolumes', DEADLINE_MILLISECONDS, readSubvolumes(options, layout)),
    collectDocker(options, processes),
  ]);
  const maintenance = await readMaintenance(roots, memory.guard);
  const thin = await runProbe('thin devices', DEADLINE_MILLISECONDS, readThins(options, devices.value ?? []));
  const { docker, layers, mounts, leaks, layerSpaces } = joined;
  const probes = [
    reportOf('devices', devices),
    reportOf('subvolumes', btrfs, maintenance.problems),
    reportOf('thin-devices', thin),
    reportOf('docker', docker),
    reportOf('layers', layers),
    reportOf('mounts', mounts),
  ];
  memory.slow = {
    daemons: (docker.value?.daemons ?? []).flatMap(daemonOfLayout),
    btrfs: btrfs.value ?? [],
    reports: probes,
  };
  memory.groupRooms = groupRoomsAfter(memory.groupRooms, thin.value);
  return withStorableTexts<Inventory>({
    takenAt,
    devices: devices.value,
    btrfs: btrfs.value,
    btrfsMaintenance: maintenance.value,
    thin: thin.value,
    docker: docker.value,
    dataRoots: layers.value?.dataRoots ?? [],
    containerdRoots: layers.value?.containerdRoots ?? [],
    mounts: mounts.value,
    leaks,
    layerSpaces,
    maxUserNamespaces: await readMaxUserNamespaces(roots),
    probes,
  });
}

function readSubvolumes({ roots, memory: { guard }, command = runCommand }: CollectOptions, { stores }: Layout) {
  const fileSystems = stores.flatMap(({ btrfs, uuid, key, name }) =>
    btrfs === null || uuid === null ? [] : [{ uuid, storeKey: key, mountPoint: name }],
  );
  return readBtrfsInventory(roots, { guard, command, fileSystems });
}

function readThins(
  { memory, dmsetup = dmsetupOfHost, command = runCommand }: CollectOptions,
  devices: readonly BlockDevice[],
) {
  const { guard, poolTables: tables } = memory;
  return readThinInventory({ guard, dmsetup, command, devices, tables });
}

/** Mounts before containers, so that those of a container that starts meanwhile are not taken for leaks. */
async function collectDocker(options: CollectOptions, reading: ReturnType<typeof readProcesses>) {
  const { roots, dockerSockets, dockerSizes, memory, statfs = statfsOfNode } = options;
  const { guard, inventory: known } = memory;
  const found = await runProbe('processes', DEADLINE_MILLISECONDS, reading);
  const processes = found.value ?? [];
  const dataRoots = [...new Set([...processes.flatMap(dataRootOf), ...memory.slow.daemons.map((one) => one.dataRoot)])];
  const mounts = await runProbe(
    'mount namespaces',
    DEADLINE_MILLISECONDS,
    readMountNamespaces(roots, { guard, processes, dataRoots }),
  );
  const spaces =
    mounts.value === null
      ? null
      : await runProbe('layers', DEADLINE_MILLISECONDS, readLayerSpaces(mounts.value, { roots, guard, statfs }));
  const isSizesTurn = (daemonKey: string): boolean => dockerSizes && takeSizesTurn(known, daemonKey, performance.now());
  const tools = { guard, processes, sockets: dockerSockets, isSizesTurn, memory: known.docker };
  const docker = await runProbe('docker', DOCKER_DEADLINE_MILLISECONDS, readDockerInventory(roots, tools));
  const daemons = docker.value?.daemons ?? [];
  const layers = await runProbe(
    'data roots',
    DEADLINE_MILLISECONDS,
    readDataRoots({ roots, guard, memory: known.layers }, docker.value ?? { daemons: [], containerds: [] }),
  );
  const leaks = mounts.value === null ? null : findLeaks(mounts.value, daemons, layers.value?.dataRoots ?? []);
  mounts.problems.push(...found.problems, ...(spaces?.problems ?? []));
  return { docker, layers, mounts, leaks, layerSpaces: spaces?.value ?? null };
}

/** Of a daemon of the host, as its command line has it: before it was asked for the first time, there is no other. */
function dataRootOf({ name, arguments: words, owner }: HostProcess): string[] {
  if (name !== 'dockerd' || words === null || owner?.containerId != null) return [];
  return [parseDockerdArguments(words).dataRoot ?? DEFAULT_DATA_ROOT];
}

/** What a snapshot tells of a daemon; empty for one that did not answer. */
function daemonOfLayout(daemon: DockerDaemon): KnownDaemon[] {
  const { key, socket, version, apiVersion, storageDriver, dataRoot, liveRestore, dataRootMount } = daemon;
  if (socket === null || version === null || apiVersion === null || storageDriver === null || dataRoot === null)
    return [];
  const containerId = daemon.nestedInContainerId;
  const dataRootDevice = dataRootMount?.device ?? null;
  const told = { key, kind: 'docker', socket, version, apiVersion, storageDriver, dataRoot, liveRestore } as const;
  return [{ ...told, containerId, dataRootDevice }];
}
