import type { DockerDaemon } from './docker.ts';
import type { Inventory } from './inventory.ts';

/**
 * `written`: the writable layer's files, by Docker's own walk. `own`: what the layer's subvolume holds and nothing else
 * does, by its quota group. `mapped`: what the layer's thin device occupies in its pool, blocks it shares with the image too.
 */
export const CONTAINER_BYTES_KINDS = ['written', 'own', 'mapped'] as const;
export type ContainerBytesKind = (typeof CONTAINER_BYTES_KINDS)[number];

export interface ContainerBytes {
  bytes: number;
  kind: ContainerBytesKind;
}

type OwnerOfContainers = Pick<DockerDaemon, 'key' | 'containers'>;
type Sources = Pick<Inventory, 'dataRoots' | 'btrfs' | 'thin'>;

/** From the top level, which may be the data root itself. */
const LAYER_SUBVOLUME = /(?:^|\/)btrfs\/subvolumes\/([0-9a-f]{64})$/;

/**
 * What each container of a daemon holds, by its id: by the first of the kinds that was read of it. A container that
 * is not in the map: not read.
 */
export function containerBytesOf(daemon: OwnerOfContainers, sources: Sources): Map<string, ContainerBytes> {
  const layers = containerLayersOf(daemon, sources);
  const subvolumes = ownBytesByLayer(sources);
  const devices = mappedBytesByLayer(sources);
  const found = new Map<string, ContainerBytes>();
  for (const { id, writableBytes } of daemon.containers ?? []) {
    const layer = layers.get(id) ?? '';
    const [own, mapped] = [subvolumes.get(layer) ?? null, devices.get(layer) ?? null];
    if (writableBytes !== null) found.set(id, { bytes: writableBytes, kind: 'written' });
    else if (own !== null) found.set(id, { bytes: own, kind: 'own' });
    else if (mapped !== null) found.set(id, { bytes: mapped, kind: 'mapped' });
  }
  return found;
}

/** Mount ids of a daemon's containers by container id, by the records of its data root or as the daemon told. */
export function containerLayersOf(
  { key, containers }: OwnerOfContainers,
  { dataRoots }: Pick<Inventory, 'dataRoots'>,
): Map<string, string> {
  const mounts = dataRoots.find(({ daemonKeys }) => daemonKeys.includes(key))?.layers.mounts ?? [];
  const recorded = new Map(mounts.map(({ containerId, mountId }) => [containerId, mountId]));
  const found = new Map<string, string>();
  for (const { id, details } of containers ?? []) {
    const layer = recorded.get(id) ?? details?.mountId ?? null;
    if (layer !== null) found.set(id, layer);
  }
  return found;
}

/** Without those of a file system whose quota groups await a rescan, and without a layer that is there twice. */
function ownBytesByLayer({ btrfs }: Sources): Map<string, number | null> {
  const found = new Map<string, number | null>();
  for (const { quota, subvolumes } of btrfs ?? []) {
    const isTrusted = quota !== null && quota.mode !== 'off' && quota.isInconsistent !== true;
    for (const { path, exclusiveBytes } of isTrusted ? (subvolumes ?? []) : []) {
      const layer = LAYER_SUBVOLUME.exec(path)?.[1];
      if (layer !== undefined) found.set(layer, found.has(layer) ? null : exclusiveBytes);
    }
  }
  return found;
}

function mappedBytesByLayer({ thin }: Sources): Map<string, number | null> {
  const found = new Map<string, number | null>();
  for (const { docker, mappedBytes } of thin?.devices ?? []) {
    if (docker !== null && !docker.isInit) found.set(docker.layerId, mappedBytes);
  }
  return found;
}
