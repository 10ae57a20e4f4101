import type { BtrfsInventory } from '../inventory/btrfs.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type StoreReadings, storeReadings } from './readings.ts';
import type { FindingInput, MissingFact } from './rule.ts';

export interface BtrfsStore extends StoreReadings {
  /** null = not read. */
  inventory: BtrfsInventory | null;
}

/** Every btrfs of the snapshot with what was read of it. */
export function btrfsStores({ snapshot, inventory }: Pick<FindingInput, 'snapshot' | 'inventory'>): BtrfsStore[] {
  return storeReadings(snapshot)
    .filter(({ store }) => store.kind === 'btrfs')
    .map((one) => ({
      ...one,
      inventory: inventory?.btrfs?.find(({ storeKey }) => storeKey === one.store.key) ?? null,
    }));
}

/** Why a list that `btrfs` prints is not there: it may be asked by an administrator alone, or it did not answer. */
export function missingList(inventory: Inventory | null): MissingFact {
  const report = inventory?.probes.find(({ probe }) => probe === 'subvolumes');
  return report?.status === 'failed' ? 'probe-failed' : 'administrator';
}
