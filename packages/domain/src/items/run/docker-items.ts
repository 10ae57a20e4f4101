import { containerBytesOf } from '../../inventory/container-bytes.ts';
import type { DockerBuildCacheRecord, DockerContainer, DockerDaemon, DockerVolume } from '../../inventory/docker.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Item } from '../item.ts';
import { SubvolumeBytes } from './btrfs-bytes.ts';
import { exactly, type Holding, keyOf, listText, makeItem, shortId, UNKNOWN_HOLDING, upTo } from './make-item.ts';
import type { Root } from './places.ts';
import { type Scopes, scopeName } from './scopes.ts';

/**
 * The scope of all daemons. It is read in full when the processes were seen, since nested daemons are found by those alone.
 */
export function putDockerScope({ docker, mounts, probes }: Inventory, scopes: Scopes): void {
  const report = probes.find(({ probe }) => probe === 'docker');
  const sawProcesses = (mounts?.namespaces.length ?? 0) > 0;
  if (docker === null) scopes.put('docker', 'not-read', report?.reason ?? null);
  else if (report === undefined) scopes.put('docker', 'partial', 'The probe has sent no report.');
  else if (!sawProcesses)
    scopes.put('docker', 'partial', 'Processes were not read: daemons in containers are not seen.');
  else scopes.put('docker', report.reason?.includes('left out') ? 'partial' : 'complete', report.reason);
}

/** The folder and its daemons. */
export function rootItems({ subject, daemons, dataRoot, driver, ...root }: Root): Item[] {
  const [first] = daemons;
  const folder = makeItem({
    key: keyOf('data-root', subject),
    kind: 'data-root',
    name: dataRoot?.path ?? first?.dataRoot ?? subject,
    scope: 'docker',
    storeKey: root.storeKey,
    parentKey: root.storeKey === null ? null : keyOf('store', root.storeKey),
    ownerKey: keyOf('daemon', subject),
    state: daemons.length > 1 ? 'shared' : null,
    attributes: {
      driver,
      daemons: listText(daemons.map(({ key }) => key)),
      layersStoreKey: root.layersStoreKey === root.storeKey ? null : root.layersStoreKey,
      isWithinOther: root.isWithinOther,
      fileSystemType: first?.dataRootMount?.type ?? null,
      isNetwork: first?.dataRootMount?.isNetwork ?? null,
    },
  });
  return [folder, ...daemons.map((daemon) => daemonItem(daemon, root.storeKey))];
}

function daemonItem(daemon: DockerDaemon, storeKey: string | null): Item {
  const { key, state, nestedInContainerId: outer } = daemon;
  return makeItem({
    key: keyOf('daemon', key),
    kind: 'daemon',
    name: daemon.socket ?? key.replace(/^docker:/, ''),
    scope: 'docker',
    storeKey,
    parentKey: outer === null ? null : keyOf('container', outer),
    state,
    attributes: {
      ...{ version: daemon.version, apiVersion: daemon.apiVersion, storageDriver: daemon.storageDriver },
      ...{ dataRoot: daemon.dataRoot, liveRestore: daemon.liveRestore, rootless: daemon.rootless },
      ...{ cgroupDriver: daemon.cgroupDriver, loggingDriver: daemon.loggingDriver, unit: daemon.unit },
      ...{ logMaxSizeSet: daemon.logMaxSizeSet, buildCacheGc: daemon.buildCacheGc, mountFlags: daemon.mountFlags },
      listeners: listText((daemon.listeners ?? []).map(({ address, port }) => `${address}:${port}`).toSorted()),
      nestedInContainerId: outer,
      podUid: daemon.podUid,
    },
  });
}

/** Containers, volumes and build cache of a root; images are `imageItems`. */
export function contentItems(root: Root, inventory: Inventory, scopes: Scopes): Item[] {
  const { subject, daemons } = root;
  const put = (part: string, path: string, lists: readonly (unknown[] | null)[]): string => {
    const name = scopeName('docker', part, subject);
    const missing = lists.filter((list) => list === null).length;
    scopes.putList(name, 'docker', { isRead: missing < lists.length, words: [path] });
    if (missing > 0 && missing < lists.length) scopes.put(name, 'partial', 'Not all daemons of the data root told.');
    return name;
  };
  const of = <One>(lists: readonly (One[] | null)[]): One[] => lists.flatMap((list) => list ?? []);
  const containers = daemons.map((one) => one.containers);
  const volumes = daemons.map((one) => one.volumes);
  const records = daemons.map(buildCacheOf);
  const scope = put('containers', '/containers/json', containers);
  const items = daemons.flatMap((daemon) => containerItems(daemon, { root, inventory, scope }));
  const volumeScope = put('volumes', '/volumes', volumes);
  const system = inventory.btrfs?.find(({ storeKey }) => storeKey === root.storeKey);
  const bytes = system === undefined ? null : new SubvolumeBytes(system);
  items.push(
    ...of(volumes).map((volume) => {
      const inside = bytes?.heldInVolume(volume.name) ?? null;
      return volumeItem(volume, { root, scope: volumeScope, inside });
    }),
  );
  const cacheScope = put('build-cache', '/system/df', records);
  items.push(...of(records).map((record) => buildCacheItem(record, root, cacheScope)));
  return items;
}

/** Before 18.09 a daemon had no build cache of its own (Docker, Engine API version history, v1.39). */
function buildCacheOf({ buildCache, apiVersion, containers }: DockerDaemon): DockerBuildCacheRecord[] | null {
  const [major = 0, minor = 0] = (apiVersion ?? '').split('.').map(Number);
  const isOld = apiVersion !== null && (major < 1 || (major === 1 && minor < 39));
  return buildCache ?? (isOld && containers !== null ? [] : null);
}

function containerItems(
  daemon: DockerDaemon,
  { root, inventory, scope }: { root: Root; inventory: Inventory; scope: string },
): Item[] {
  const bytes = containerBytesOf(daemon, inventory);
  return (daemon.containers ?? []).map((container) => {
    const own = bytes.get(container.id) ?? null;
    const size = own?.bytes ?? null;
    return makeItem({
      key: keyOf('container', container.id),
      kind: 'container',
      name: container.names[0] ?? shortId(container.id),
      scope,
      storeKey: root.layersStoreKey,
      parentKey: keyOf('daemon', daemon.key),
      sizeBytes: size,
      holds: root.isWithinOther ? null : own?.kind === 'mapped' ? upTo(size) : exactly(size),
      state: container.state,
      attributes: containerAttributes(container),
    });
  });
}

function containerAttributes(container: DockerContainer): Item['attributes'] {
  const { id, image, imageId, createdAt, composeProject, composeService, mounts } = container;
  const { podName, podNamespace, podUid, podContainer } = container;
  return {
    ...{ id, image, imageId, createdAt, composeProject, composeService },
    ...{ podName, podNamespace, podUid, podContainer },
    volumes: listText(mounts.flatMap(({ name }) => name ?? []).toSorted()),
  };
}

/**
 * Docker's own driver keeps it in the data root; of another one the place is not known.
 *
 * @param context `inside`: what the subvolumes in it hold; null = there is none
 */
function volumeItem(
  volume: DockerVolume,
  { root, scope, inside }: { root: Root; scope: string; inside: Holding },
): Item {
  const { name, driver, references, anonymous, sizeBytes } = volume;
  const isLocal = driver === 'local';
  const owner = volume.usedBy.toSorted()[0];
  return makeItem({
    key: volumeKey(root, name),
    kind: 'volume',
    name,
    scope,
    storeKey: isLocal ? root.storeKey : null,
    parentKey: keyOf('data-root', root.subject),
    ownerKey: owner === undefined ? null : keyOf('container', owner),
    sizeBytes,
    holds: isLocal && !root.isWithinOther ? besideSubvolumes(sizeBytes, inside) : null,
    state: references === null ? null : references > 0 ? 'in use' : 'unused',
    attributes: {
      ...{ anonymous, driver, references, createdAt: volume.createdAt },
      composeProject: volume.labels['com.docker.compose.project'] ?? null,
    },
  });
}

/** A volume's size has the files of subvolumes in it: what these are known to hold is counted with them. */
function besideSubvolumes(sizeBytes: number | null, inside: Holding): Holding {
  const { leastBytes, mostBytes } = inside ?? UNKNOWN_HOLDING;
  if (sizeBytes === null || leastBytes === null || mostBytes === null) return exactly(sizeBytes);
  return { leastBytes: Math.max(0, sizeBytes - mostBytes), mostBytes: Math.max(0, sizeBytes - leastBytes) };
}

export const volumeKey = ({ subject }: Root, name: string): string => keyOf('volume', subject, name);

/** A shared record has layers in common with images or other records. */
function buildCacheItem(record: DockerBuildCacheRecord, root: Root, scope: string): Item {
  const { id, type, sizeBytes, inUse, shared, createdAt } = record;
  const held: Holding = shared === false ? exactly(sizeBytes) : upTo(sizeBytes);
  return makeItem({
    key: keyOf('build-cache', root.subject, id),
    kind: 'build-cache',
    name: `${type} ${shortId(id)}`,
    scope,
    storeKey: root.layersStoreKey,
    parentKey: keyOf('data-root', root.subject),
    sizeBytes,
    holds: root.isWithinOther ? null : held,
    state: inUse === true ? 'in use' : inUse === false ? 'unused' : null,
    attributes: { id, type, shared, createdAt },
  });
}
