/** A storage driver whose layers lie in one folder, an entry each. */
export interface LayerDriver {
  /** Below the data root. */
  folder: string;
  /** Its own bookkeeping among the entries. */
  own: readonly string[];
}

/** `l`: links to the entries. `backingFsBlockDev`: moby, quota. */
const OVERLAY_OWN = ['l', 'backingFsBlockDev'];

/** moby, daemon/graphdriver. */
export const LAYER_DRIVERS: Readonly<Record<string, LayerDriver>> = {
  btrfs: { folder: 'btrfs/subvolumes', own: [] },
  overlay2: { folder: 'overlay2', own: OVERLAY_OWN },
  'fuse-overlayfs': { folder: 'fuse-overlayfs', own: OVERLAY_OWN },
  vfs: { folder: 'vfs/dir', own: ['backingFsBlockDev'] },
  devicemapper: { folder: 'devicemapper/metadata', own: ['deviceset-metadata', 'transaction-metadata'] },
};

export const driverOf = (name: string): LayerDriver | null =>
  Object.hasOwn(LAYER_DRIVERS, name) ? (LAYER_DRIVERS[name] ?? null) : null;
