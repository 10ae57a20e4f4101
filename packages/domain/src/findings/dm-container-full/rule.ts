import { containerLayersOf } from '../../inventory/container-bytes.ts';
import type { DockerContainer, DockerDaemon } from '../../inventory/docker.ts';
import type { LayerSpace } from '../../inventory/mounts.ts';
import { fillFor, standingOf } from '../hysteresis.ts';
import { defineRule, type FindingInput, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { POOL_CRITICAL_FILL, type Pool, poolsOf } from '../thin-pools.ts';
import { remedyOf } from './remedy.ts';
import { text } from './text.ts';

const ID = 'dm-container-full';
/** What is left of a full one, at most: XFS fails with some blocks to spare, ext4 with none. */
const FULL_ROOM_SHARE = 0.001;
const NEARLY_FULL_SHARE = 0.95;

export type DmContainerFull = {
  containerId: string;
  containerName: string;
  isRunning: boolean;
  /** Folder of its layer in the driver, the end of the device's name. */
  mountId: string;
  /** Of the device mapper, the container's own. */
  deviceName: string;
  deviceId: number;
  virtualBytes: number;
  poolDmName: string;
  /** `254:0`. */
  poolDevice: string | null;
  /** Where dockerd's mount namespace has it, and that daemon. */
  mountPoint: string;
  daemonPid: number | null;
  dockerSocket: string | null;
  /** Of the thin devices, `ext4`; null = the daemon did not say. */
  fileSystemType: string | null;
  usedBytes: number;
  capacityBytes: number;
  isOutOfInodes: boolean;
  /** null = not read. */
  poolFreeBytes: number | null;
};

export const dmContainerFull = defineRule<DmContainerFull>({
  id: ID,
  needsPast: false,
  basis: ['captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<DmContainerFull> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      if (pool.daemon === null) continue;
      const found =
        pool.daemon.containers === null ? 'docker-socket' : input.inventory?.layerSpaces ? null : 'processes';
      if (found !== null) answer.cannotTell.push({ subject: pool.daemon.key, missing: found });
      for (const one of containersOf(pool.daemon, input)) checkOne(one, pool, input, answer);
    }
    return answer;
  },
  remedy: remedyOf,
  text,
  // Container d1 of fixtures/thin-pool/dm-thin-vm, step B02, as full as the ext4 of incident/container_full, row 27.
  example: {
    ...{ containerId: 'd21d91175462120f344ccd30758517e40d712ccf498352b59260fc732ffac76e', containerName: 'd1' },
    ...{ isRunning: true, mountId: 'cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e' },
    deviceName: 'docker-0:33-25-cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e',
    ...{ deviceId: 4, virtualBytes: 209_715_200, poolDmName: 'docker-0:33-25-pool', poolDevice: '254:0' },
    mountPoint: '/var/lib/docker/devicemapper/mnt/cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e',
    ...{ daemonPid: 90, dockerSocket: '/var/run/docker.sock', fileSystemType: 'ext4' },
    ...{ usedBytes: 512_720_896, capacityBytes: 512_720_896, isOutOfInodes: false, poolFreeBytes: 292_356_096 },
  },
});

interface MountedContainer {
  container: DockerContainer;
  space: LayerSpace;
}

/** Containers whose file system is mounted somewhere: of the others nobody can tell. */
function containersOf(daemon: DockerDaemon, { inventory }: FindingInput): MountedContainer[] {
  if (inventory === null) return [];
  const layers = containerLayersOf(daemon, inventory);
  const spaces = new Map((inventory.layerSpaces ?? []).map((space) => [space.mountId, space]));
  return (daemon.containers ?? []).flatMap((container) => {
    const space = spaces.get(layers.get(container.id) ?? '');
    return space === undefined ? [] : [{ container, space }];
  });
}

function checkOne(
  { container, space }: MountedContainer,
  pool: Pool,
  input: FindingInput,
  answer: RuleAnswer<DmContainerFull>,
): void {
  const standing = standingOf(input, ID, container.id);
  const { usedBytes, capacityBytes, inodes, mountId, mountPoint } = space;
  if (usedBytes === null || capacityBytes === null || capacityBytes === 0) {
    answer.cannotTell.push({ subject: container.id, missing: 'processes' });
    return;
  }
  const leastInodes = inodes === null ? 0 : fillFor(standing, 'critical', 1) * inodes.capacity;
  const isOutOfInodes = inodes !== null && inodes.capacity > 0 && inodes.used >= leastInodes;
  const severity = severityOf(usedBytes / capacityBytes, isOutOfInodes, standing);
  // A pool that is full itself, or stands still, has a rule of its own.
  if (severity === null || (standing === null && hasStopped(pool))) return;
  const device = input.inventory?.thin?.devices.find(({ docker }) => docker?.layerId === mountId && !docker.isInit);
  if (device === undefined || device.deviceId === null || device.virtualBytes === null) {
    answer.cannotTell.push({ subject: container.id, missing: 'administrator' });
    return;
  }
  const { daemon, names, item } = pool;
  const evidence = {
    ...{ containerId: container.id, containerName: container.names[0] ?? container.id.slice(0, 12) },
    ...{ isRunning: container.state === 'running' || container.state === 'paused', mountId },
    ...{ deviceName: device.dmName, deviceId: device.deviceId, virtualBytes: device.virtualBytes },
    ...{ poolDmName: names.dmName, poolDevice: item?.device ?? null, mountPoint },
    ...{ daemonPid: daemon?.pid ?? null, dockerSocket: names.dockerSocket },
    fileSystemType: daemon?.driverStatus?.find(({ name }) => name === 'Backing Filesystem')?.value ?? null,
    ...{ usedBytes, capacityBytes, isOutOfInodes, poolFreeBytes: freeBytesOf(pool) },
  };
  answer.findings.push({ subject: container.id, storeKey: pool.store.key, severity, evidence });
}

function severityOf(fill: number, isOutOfInodes: boolean, standing: StandingFinding | null): Severity | null {
  if (isOutOfInodes || fill >= fillFor(standing, 'critical', 1 - FULL_ROOM_SHARE)) return 'critical';
  return fill >= fillFor(standing, 'warning', NEARLY_FULL_SHARE) ? 'warning' : null;
}

/** The pool itself is what stops writes. */
function hasStopped({ facts, read }: Pool): boolean {
  const [used, capacity] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
  const isFull = used !== null && capacity !== null && used >= POOL_CRITICAL_FILL * capacity;
  return isFull || (facts.state !== null && facts.state !== 'rw');
}

function freeBytesOf({ read }: Pool): number | null {
  const [used, capacity] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
  return used === null || capacity === null ? null : capacity - used;
}
