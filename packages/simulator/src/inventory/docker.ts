import type {
  Containerd,
  DockerBuildCacheRecord,
  DockerContainer,
  DockerDaemon,
  DockerImage,
  DockerVolume,
} from '@silt/domain';
import type { Image } from './images.ts';
import { iso, type Moment } from './moment.ts';
import { CONTAINERD_LANE, processOfDaemon } from './processes.ts';
import type { Site } from './sites.ts';
import { thinDeviceIdOf } from './thin-record.ts';
import type { Container, World } from './world-builder.ts';

const MINUTE_MILLISECONDS = 60_000;
const COMPOSE = 'com.docker.compose.';
/** Before it, a limit of the logs was rarely set. */
const OLD_VERSION = /^(1\d|20)\./;
const CACHE_TYPES = ['regular', 'source.local', 'exec.cachemount', 'regular'];
const CONTAINERD_ROOT = '/var/lib/containerd';

/** `place`: among the daemons of the layout. */
export function dockerDaemonOf(moment: Moment, world: World, place: number, site: Site | null): DockerDaemon {
  const { key, socket, version, apiVersion, storageDriver, dataRoot, liveRestore } = world.daemon;
  const { pid, namespace, networkNamespace, owner } = processOfDaemon(moment, place);
  const isOld = OLD_VERSION.test(version);
  return {
    ...{ key, state: 'answers', stateReason: null, socket, pid, unit: owner.unit },
    ...{ nestedInContainerId: owner.containerId, podUid: owner.podUid, mountNamespace: namespace, networkNamespace },
    ...{ version, apiVersion, storageDriver, driverStatus: driverStatusOf(moment, storageDriver, site), dataRoot },
    ...{ dataRootIdentity: site?.identity ?? null, dataRootMount: site?.mount ?? null, liveRestore, rootless: false },
    ...{ cgroupDriver: isOld ? 'cgroupfs' : 'systemd', loggingDriver: 'json-file', logMaxSizeSet: !isOld },
    ...{
      buildCacheGc: world.workload.cacheRecords > 0 ? 'on' : 'not set',
      mountFlags: owner.unit === null ? null : '',
    },
    listeners: [],
    warnings: storageDriver === 'devicemapper' ? ['the devicemapper storage-driver is deprecated'] : [],
    containers: world.containers.map((one) => containerOf(moment, world, one)),
    images: imagesOf(world),
    volumes: volumesOf(world),
    buildCache: world.cacheRecords.map(
      ({ id, at, place: number, isShared: shared, sizeBytes }): DockerBuildCacheRecord => {
        const lastUsedAt = iso(at + (moment.at - at) * moment.share(id));
        const type = CACHE_TYPES[number % CACHE_TYPES.length] ?? 'regular';
        return { id, type, sizeBytes, inUse: false, shared, createdAt: iso(at), lastUsedAt };
      },
    ),
  };
}

function driverStatusOf(moment: Moment, driver: string, site: Site | null): DockerDaemon['driverStatus'] {
  if (driver === 'btrfs') return [{ name: 'Btrfs', value: '' }];
  if (driver === 'overlay2') {
    const value = site?.mount.type === 'ext4' ? 'extfs' : (site?.mount.type ?? '<unknown>');
    return [{ name: 'Backing Filesystem', value }, ...['Supports d_type', 'Native Overlay Diff'].map(isTrue)];
  }
  const pool = moment.layout.stores.find(({ kind }) => kind === 'thin-pool');
  return [
    { name: 'Pool Name', value: (pool?.device ?? '').replace('/dev/mapper/', '') },
    { name: 'Backing Filesystem', value: 'xfs' },
    { name: 'Deferred Removal Enabled', value: 'true' },
  ];
}

const isTrue = (name: string) => ({ name, value: 'true' });

function containerOf(moment: Moment, world: World, container: Container): DockerContainer {
  const { id, name, image, state, service, volumes, binds, createdAt, writableBytes } = container;
  const { workload, daemon } = world;
  const rootFsBytes = writableBytes + bytesOf(image);
  return {
    ...{ id, names: [name], imageId: image.id, state, status: statusOf(moment, container), createdAt: iso(createdAt) },
    // By its id once another image has its name, as Docker tells it.
    image: image.isDangling ? image.id.slice('sha256:'.length).slice(0, 12) : `${image.repository}:${image.tag}`,
    ...{ composeProject: service === null ? null : workload.project, composeService: service },
    ...{ podName: null, podNamespace: null, podUid: null, podContainer: null },
    labels: service === null ? {} : { [`${COMPOSE}project`]: workload.project, [`${COMPOSE}service`]: service },
    mounts: [
      ...volumes.map(({ volume, path }) => ({
        ...{ type: 'volume', name: volume.name, source: mountPointOf(daemon.dataRoot, volume.name), destination: path },
        ...{ readOnly: false, propagation: null },
      })),
      ...binds.map((path) => ({
        ...{ type: 'bind', name: null, source: path, destination: path, readOnly: path !== '/var/run/docker.sock' },
        propagation: 'rprivate',
      })),
    ],
    ...{ writableBytes, rootFsBytes, details: detailsOf(moment, world, container) },
  };
}

function detailsOf(moment: Moment, { daemon }: World, container: Container): DockerContainer['details'] {
  const { id, mountId, isPrivileged, startedAt, endedAt } = container;
  return {
    ...{
      privileged: isPrivileged,
      pidMode: '',
      logDriver: 'json-file',
      logMaxSizeSet: !OLD_VERSION.test(daemon.version),
    },
    logPath: `${daemon.dataRoot}/containers/${id}/${id}-json.log`,
    logBytes: logBytesOf(moment, daemon, container),
    mountId: daemon.storageDriver === 'btrfs' ? null : mountId,
    thinDeviceId: daemon.storageDriver === 'devicemapper' ? thinDeviceIdOf(moment, container) : null,
    ...{ restartCount: 0, startedAt: iso(startedAt), finishedAt: endedAt === null ? null : iso(endedAt) },
  };
}

/** Of three files of 100 MB, as they are bounded where they are. */
const MAX_BOUNDED_LOG_BYTES = 300_000_000;
/** Most containers say little. */
const MAX_LOG_BYTES_A_DAY = 4_000_000;
const BLOCK_BYTES = 4_096;

function logBytesOf(moment: Moment, { version }: World['daemon'], { id, startedAt, endedAt }: Container): number {
  const days = ((endedAt ?? moment.at) - startedAt) / 86_400_000;
  const bytes = days * MAX_LOG_BYTES_A_DAY * moment.share(`log ${id}`) ** 4;
  const kept = OLD_VERSION.test(version) ? bytes : Math.min(bytes, MAX_BOUNDED_LOG_BYTES);
  return Math.max(0, Math.ceil(kept / BLOCK_BYTES)) * BLOCK_BYTES;
}

function statusOf({ at }: Moment, { state, startedAt, endedAt }: Container): string {
  if (state === 'dead') return 'Dead';
  return endedAt === null ? `Up ${ageOf(at - startedAt)}` : `Exited (1) ${ageOf(at - endedAt)} ago`;
}

function ageOf(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / MINUTE_MILLISECONDS);
  if (minutes < 120) return minutes < 2 ? 'About a minute' : `${minutes} minutes`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 1_440)} days`;
}

export const bytesOf = ({ layers }: Image): number => layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function imagesOf({ images, containers }: World): DockerImage[] {
  const { all } = images;
  const uses = new Map<string, number>();
  for (const { chainId } of all.flatMap(({ layers }) => layers)) uses.set(chainId, (uses.get(chainId) ?? 0) + 1);
  return all.map((image) => ({
    ...{ id: image.id, tags: image.isDangling ? [] : [`${image.repository}:${image.tag}`], sizeBytes: bytesOf(image) },
    sharedBytes: image.layers.reduce((sum, one) => sum + ((uses.get(one.chainId) ?? 0) > 1 ? one.sizeBytes : 0), 0),
    containers: containers.filter((one) => one.image === image).length,
    createdAt: iso(image.builtAt),
  }));
}

function volumesOf({ volumes, containers, workload, daemon }: World): DockerVolume[] {
  const users = new Map<string, string[]>();
  for (const { id, volumes: own } of containers) {
    for (const { volume } of own) users.set(volume.name, [...(users.get(volume.name) ?? []), id]);
  }
  return volumes.map(({ name, isAnonymous, projectName, createdAt, sizeBytes: ownBytes, nested }) => {
    // The daemon walks through the subvolumes in it as well.
    const sizeBytes = ownBytes + (daemon.storageDriver === 'btrfs' ? (nested?.sizeBytes ?? 0) : 0);
    const usedBy = users.get(name) ?? [];
    const labels: Record<string, string> =
      projectName === null ? {} : { [`${COMPOSE}project`]: workload.project, [`${COMPOSE}volume`]: projectName };
    return {
      ...{ name, driver: 'local', mountPoint: mountPointOf(daemon.dataRoot, name), anonymous: isAnonymous, labels },
      ...{ createdAt: iso(createdAt), references: usedBy.length, usedBy, sizeBytes },
    };
  });
}

const mountPointOf = (dataRoot: string, volume: string): string => `${dataRoot}/volumes/${volume}/_data`;

/** The host's own containerd, beneath Docker or a kubelet. */
export function containerdOf(moment: Moment, site: Site | null): Containerd {
  const pid = moment.pid('containerd', CONTAINERD_LANE);
  return {
    ...{ key: `containerd:${CONTAINERD_ROOT}@${pid}`, pid, nestedInContainerId: null, podUid: null, daemonKey: null },
    ...{ root: CONTAINERD_ROOT, rootIdentity: site?.identity ?? null, rootMount: site?.mount ?? null },
    hasMetadata: true,
  };
}
