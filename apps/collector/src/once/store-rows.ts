import {
  type BtrfsInventory,
  formatBytes,
  RESOURCES,
  type ResourceName,
  type SeriesName,
  type Snapshot,
  type Store,
  stateOfFill,
} from '@silt/domain';
import { type Amounts, fillBar, shortFill, unitOf } from './fill-bar.ts';
import type { HostView } from './host-view.ts';
import { shortName, shortPath } from './shorten.ts';
import { counted } from './shorten-list.ts';
import { poolStateWords } from './thin-pool-words.ts';
import type { TreeRow } from './tree.ts';

/** The first one measured stands in the store's own line. */
const ORDER = [
  'space',
  'poolData',
  'poolMetadata',
  'btrfsData',
  'btrfsMetadata',
  'loopBacking',
  'inodes',
] as const satisfies ResourceName[];

export const storeType = ({ fileSystemType }: Store): string =>
  fileSystemType === null ? 'thin pool' : shortName(fileSystemType);

/** As it is called where it is not shown: `ext4 /srv`. */
export const storeName = (store: Store): string => `${storeType(store)} ${shortPath(store.name)}`;

/** `ext4 /srv` with the bar of its first resource. */
export function storeLine(store: Store, { snapshot, paint }: HostView): TreeRow {
  const words = [`${storeType(store)} ${paint('strong', shortPath(store.name))}`];
  if (store.thinPool !== null) words.push(poolStateWords(store.thinPool, paint));
  else if (store.readOnly) words.push(paint('warning', 'read-only'));
  const [first] = resourcesOf(store, snapshot);
  const bar = first === undefined ? paint('unknown', 'not read') : fillBar(amountsOf(store, first, snapshot), paint);
  const inodes = amountsOf(store, 'inodes', snapshot);
  const isTold = resourcesOf(store, snapshot).includes('inodes') && !areInodesShort(inodes);
  return { left: words.join('  '), right: isTold ? `${bar}  ${shortFill('inodes', inodes, paint)}` : bar };
}

/** Its other resources; inodes only where they run out, since the first line tells them otherwise. */
export function storeRows(store: Store, { snapshot, paint }: HostView): TreeRow[] {
  const rows = resourcesOf(store, snapshot)
    .slice(1)
    .filter((resource) => resource !== 'inodes' || areInodesShort(amountsOf(store, resource, snapshot)))
    .map((resource) => ({
      left: resourceWords(resource, store),
      right: fillBar(amountsOf(store, resource, snapshot), paint),
    }));
  const problems = [
    ...(store.btrfs?.devices ?? [])
      .filter(({ missing }) => missing)
      .map(({ id, path }) =>
        paint('critical', `device ${id}${path === null ? '' : ` (${shortPath(path)})`} is missing`),
      ),
  ];
  const errors = readingOf(store, 'deviceErrors', snapshot);
  if (errors !== null && errors > 0) problems.push(paint('warning', counted(errors, 'device error')));
  return [...rows, ...problems.map((left) => ({ left, right: null }))];
}

const areInodesShort = ({ used, capacity }: Amounts): boolean =>
  used !== null && capacity !== null && capacity > 0 && stateOfFill(used / capacity) !== 'ok';

/** What the space of a btrfs is made of, and what goes on in it. */
export function btrfsFacts(store: Store, { inventory, snapshot, paint }: HostView): string[] {
  if (store.kind !== 'btrfs') return [];
  const unallocated = readingOf(store, 'unallocatedBytes', snapshot);
  const facts = [`unallocated ${unallocated === null ? 'not read' : formatBytes(unallocated)}`];
  const own = inventory.btrfs?.find(({ storeKey }) => storeKey === store.key);
  if (own === undefined) return [...facts, 'subvolumes not read'];
  facts.push(subvolumeWords(own), quotaWords(own));
  if (own.uncleaned !== null && own.uncleaned.length > 0)
    facts.push(`${own.uncleaned.length} deleted, not yet cleaned`);
  if (own.staleQgroups !== null && own.staleQgroups.length > 0) {
    facts.push(counted(own.staleQgroups.length, 'stale quota group'));
  }
  const operation = own.exclusiveOperation;
  if (operation !== null && operation !== 'none') facts.push(paint('warning', `${shortName(operation)} goes on`));
  return facts;
}

function subvolumeWords({ subvolumes }: BtrfsInventory): string {
  if (subvolumes === null) return 'subvolumes not read';
  if (subvolumes.length === 0) return 'no subvolumes';
  const readOnly = subvolumes.filter((one) => one.readOnly === true).length;
  return `${counted(subvolumes.length, 'subvolume')}${readOnly === 0 ? '' : `, ${readOnly} read-only`}`;
}

function quotaWords({ quota }: BtrfsInventory): string {
  if (quota === null) return 'quotas not read';
  if (quota.mode === 'off') return 'quotas off';
  const name = quota.mode === 'squota' ? 'simple quotas' : 'quota groups';
  return quota.isInconsistent === true ? `${name} on, which await a rescan` : `${name} on`;
}

/** Those whose use is measured. */
function resourcesOf({ key }: Store, { layout }: Snapshot): ResourceName[] {
  const measured = new Set(layout.entries.filter(({ storeKey }) => storeKey === key).map(({ series }) => series));
  return ORDER.filter((resource) => measured.has(RESOURCES[resource].used));
}

const amountsOf = (store: Store, resource: ResourceName, snapshot: Snapshot): Amounts => ({
  used: readingOf(store, RESOURCES[resource].used, snapshot),
  capacity: readingOf(store, RESOURCES[resource].capacity, snapshot),
  unit: unitOf(resource),
});

/** null = not measured, or not read this time. */
export function readingOf(
  { key }: Pick<Store, 'key'>,
  series: SeriesName,
  { layout, readings }: Snapshot,
): number | null {
  const place = layout.entries.findIndex((entry) => entry.storeKey === key && entry.series === series);
  return place < 0 ? null : (readings[place] ?? null);
}

/** Several while a balance converts. */
const profileWords = (kind: string, profiles: readonly string[] = []): string =>
  shortName([kind, ...profiles].join(', '));

function resourceWords(resource: ResourceName, { btrfs }: Store): string {
  switch (resource) {
    case 'btrfsData':
      return profileWords('data', btrfs?.profiles.data);
    case 'btrfsMetadata':
      return profileWords('metadata', btrfs?.profiles.metadata);
    case 'loopBacking':
      return 'its loop file';
    case 'poolMetadata':
      return 'metadata';
    default:
      return resource;
  }
}
