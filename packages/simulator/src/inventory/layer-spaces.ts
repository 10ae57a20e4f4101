import type { LayerSpace, MountInventory } from '@silt/domain';
import { xfsBytes } from '../fleet/common-stores.ts';
import { GIB } from '../stores/store-model.ts';
import { bytesOf } from './docker.ts';
import { BASE_BYTES } from './thin-record.ts';
import type { World } from './world-builder.ts';

const FILES_A_GIB = 31_000;
/** mkfs.xfs: imaxpct of 25 %, inodes of 512 bytes. */
const INODES = (BASE_BYTES * 0.25) / 512;

/** File systems of the running containers of the devicemapper driver. */
export function layerSpacesOf(worlds: readonly World[], { namespaces }: MountInventory): LayerSpace[] {
  const outer = namespaces
    .flatMap(({ layerMounts }) => layerMounts ?? [])
    .filter(({ kind, mountPoint }) => kind === 'devicemapper' && mountPoint !== '/');
  const containers = new Map(worlds.flatMap((world) => world.containers.map((one) => [one.mountId, one] as const)));
  return outer
    .flatMap(({ mountId, mountPoint, device }): LayerSpace[] => {
      const container = containers.get(mountId ?? '');
      if (container === undefined || mountId === null) return [];
      const usedBytes = bytesOf(container.image) + container.writableBytes;
      const inodes = { used: Math.round((usedBytes / GIB) * FILES_A_GIB), capacity: INODES };
      return [
        { mountId, mountPoint, device, usedBytes, capacityBytes: Math.floor(xfsBytes(BASE_BYTES / GIB)), inodes },
      ];
    })
    .sort((a, b) => (a.mountId < b.mountId ? -1 : 1));
}
