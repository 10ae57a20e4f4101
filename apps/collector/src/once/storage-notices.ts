import { formatBytes, type Store } from '@silt/domain';
import { few, listed } from './few.ts';
import type { HostView } from './host-view.ts';
import { shortName, shortPath } from './shorten.ts';
import { counted } from './shorten-list.ts';
import { readingOf, storeName } from './store-rows.ts';
import { poolSentence } from './thin-pool-words.ts';

/** Of what the rest lies on: pools, loop files, arrays, devices of btrfs. */
export function storageNotices(view: HostView): string[] {
  const { stores } = view.snapshot.layout;
  return [
    ...few(
      'thin pools in trouble',
      stores.flatMap((store) => poolSentence(store) ?? []),
    ),
    ...few('degraded arrays', arrayNotices(view)),
    ...few(
      'btrfs with device troubles',
      stores.flatMap((store) => btrfsNotices(store, view)),
    ),
    ...few(
      'loop files',
      stores.flatMap((store) => loopNotices(store, view)),
    ),
  ];
}

function arrayNotices({ inventory }: HostView): string[] {
  return (inventory.devices ?? []).flatMap(({ name, md }) => {
    if (!md?.degradedDevices) return [];
    const of = md.raidDevices === null ? '' : ` of ${md.raidDevices}`;
    return [`${shortName(md.level ?? 'md')} array ${shortName(name)} lacks ${md.degradedDevices}${of} devices.`];
  });
}

function btrfsNotices(store: Store, { snapshot }: HostView): string[] {
  const missing = (store.btrfs?.devices ?? []).filter((device) => device.missing);
  const errors = readingOf(store, 'deviceErrors', snapshot) ?? 0;
  const name = storeName(store);
  const found: string[] = [];
  if (missing.length > 0) found.push(`${name} misses ${listed(missing.map(({ id }) => `device ${id}`))}.`);
  if (errors > 0) found.push(`${name} has counted ${counted(errors, 'error')} of its devices.`);
  return found;
}

function loopNotices(store: Store, view: HostView): string[] {
  const { loop } = store;
  if (loop === null) return [];
  const file = shortPath(loop.backingFile);
  const on = storeName(store);
  if (loop.deleted) return [`${on} lies on a loop file that is deleted: ${file}.`];
  const wanted = bytesToGrow(store, view);
  const outer = view.snapshot.layout.stores.find(({ key }) => key === loop.outerStoreKey);
  const room = outer === undefined ? null : roomOf(outer, view);
  if (wanted === null || outer === undefined || room === null || wanted <= room) return [];
  return [
    `${on} counts on more than there is: its loop file ${file} may grow by ${formatBytes(wanted)}, and ${storeName(outer)} has ${formatBytes(room)} left.`,
  ];
}

/** Size of a loop file − what is allocated of it; null = not read. */
function bytesToGrow(store: Store, { snapshot, inventory }: HostView): number | null {
  const size = inventory.devices?.find(({ name }) => name === store.loop?.device)?.sizeBytes ?? null;
  const allocated = readingOf(store, 'backingAllocatedBytes', snapshot);
  return size === null || allocated === null ? null : Math.max(0, size - allocated);
}

function roomOf(store: Store, { snapshot }: HostView): number | null {
  const [used, capacity] = [readingOf(store, 'usedBytes', snapshot), readingOf(store, 'capacityBytes', snapshot)];
  return used === null || capacity === null ? null : Math.max(0, capacity - used);
}
