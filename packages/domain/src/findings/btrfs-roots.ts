import { type Root, rootsOf } from '../items/run/places.ts';
import type { Store } from '../snapshot.ts';
import type { CannotTell, FindingInput } from './rule.ts';

/** A data root of the host on btrfs; of a daemon in a container none, since its paths are not the host's. */
export interface BtrfsRoot {
  root: Root;
  store: Store;
  dataRoot: string;
  /** Mount that holds the data root; null = not read. */
  mountPoint: string | null;
  unit: string | null;
}

/** Where there is a btrfs: the data roots on it, and those of which nobody knows whether they are. */
export function btrfsRoots({ snapshot: { layout }, inventory }: FindingInput): {
  roots: BtrfsRoot[];
  cannotTell: Omit<CannotTell, 'rule'>[];
} {
  const found: ReturnType<typeof btrfsRoots> = { roots: [], cannotTell: [] };
  if (!layout.stores.some(({ kind }) => kind === 'btrfs')) return found;
  if (inventory === null || inventory.docker === null) {
    return { roots: [], cannotTell: [{ subject: null, missing: 'docker-socket' }] };
  }
  for (const root of rootsOf(inventory, layout)) {
    const daemon = root.daemons.find(({ nestedInContainerId }) => nestedInContainerId === null);
    if (daemon === undefined) continue;
    const { dataRoot, dataRootMount, unit } = daemon;
    const isElsewhere = dataRootMount !== null && dataRootMount.type !== 'btrfs';
    const store = layout.stores.find(({ key }) => key === root.storeKey);
    if (dataRoot === null || store === undefined) {
      if (!isElsewhere) found.cannotTell.push({ subject: root.subject, missing: 'docker-socket' });
    } else if (store.kind === 'btrfs') {
      found.roots.push({ root, store, dataRoot, mountPoint: dataRootMount?.mountPoint ?? null, unit });
    }
  }
  return found;
}

/** Subvolume that the first mount of a store shows, from the top level without slashes around; null = not told. */
export function mountedSubvolume({ options }: Store): string | null {
  const found = options.find((option) => option.startsWith('subvol='));
  return found === undefined ? null : found.slice('subvol='.length).replace(/^\/+|\/+$/g, '');
}
