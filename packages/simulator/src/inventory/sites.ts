import { type BlockDevice, type Daemon, type FolderIdentity, type FolderMount, findBlockDevice } from '@silt/domain';
import type { Moment } from './moment.ts';

const BTRFS_FIRST_MINOR = 40;
const ROOT_INODES: Record<string, string> = { ext4: '2', xfs: '128', btrfs: '256' };

export interface Site {
  identity: FolderIdentity;
  mount: FolderMount;
}

/** Device of a store's mounts, `259:2`; btrfs has one of its own, which is none of a disk. */
export function deviceNumberOf(
  moment: Moment,
  devices: readonly BlockDevice[],
  storeKey: string | null,
): string | null {
  const store = moment.store(storeKey);
  if (store === null) return null;
  if (store.kind === 'btrfs') return `0:${BTRFS_FIRST_MINOR + moment.layout.stores.indexOf(store)}`;
  return store.device === null ? null : (findBlockDevice(devices, store.device)?.device ?? null);
}

/** Where a folder lies; null = its store is not known. */
export function siteOf(
  moment: Moment,
  devices: readonly BlockDevice[],
  { dataRoot, storeKey }: Pick<Daemon, 'dataRoot' | 'storeKey'>,
): Site | null {
  const store = moment.store(storeKey);
  const device = deviceNumberOf(moment, devices, storeKey);
  if (store === null || device === null) return null;
  const [major = 0, minor = 0] = device.split(':').map(Number);
  const type = store.fileSystemType ?? '';
  const ofRoot = store.name === dataRoot ? ROOT_INODES[type] : undefined;
  return {
    // makedev(3) of numbers below 4096 and 256.
    identity: { device: major * 256 + minor, inode: ofRoot ?? String(moment.whole(`inode ${dataRoot}`, 131_073, 9e6)) },
    mount: { type, source: store.device ?? '', mountPoint: store.name, device, isNetwork: false },
  };
}
