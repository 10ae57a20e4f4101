import { type BtrfsInventory, formatBytes, type Store, type Subvolume } from '@silt/domain';
import { alignRows } from './columns.ts';
import type { HostView } from './host-view.ts';
import { shortPath } from './shorten.ts';
import { compareBytes, compareText, shortenList } from './shorten-list.ts';
import { type TreeNode, treeNode } from './tree.ts';

/** Of the btrfs driver, nested ones too: their containers stand for them. */
const DOCKERS = /(?:^|\/)btrfs\/subvolumes\/[^/]+$/;
const AMOUNT_COLUMNS = 9;

/** A file system's subvolumes but for Docker's layers: what they alone hold falling, then by path. */
export function subvolumeNodes(store: Store, { inventory }: HostView): TreeNode[] {
  const own = inventory.btrfs?.find(({ storeKey }) => storeKey === store.key);
  const all = own?.subvolumes ?? [];
  const shown = all
    .filter(({ path }) => !DOCKERS.test(path))
    .toSorted((a, b) => compareBytes(a.exclusiveBytes, b.exclusiveBytes) || compareText(a.path, b.path));
  return shortenList('subvolumes', shown, (some) =>
    alignRows(some.map((subvolume) => cellsOf(subvolume, all, own?.quota ?? null))).map((line) => treeNode(line)),
  );
}

function cellsOf(subvolume: Subvolume, all: readonly Subvolume[], quota: BtrfsInventory['quota']): string[] {
  const { path, readOnly, parentUuid, receivedUuid } = subvolume;
  const origin = parentUuid === null ? undefined : all.find(({ uuid }) => uuid === parentUuid);
  const marks = [
    readOnly === true ? 'read-only' : '',
    receivedUuid === null ? '' : 'received',
    parentUuid === null ? '' : origin === undefined ? 'snapshot' : `snapshot of ${shortPath(origin.path)}`,
  ];
  return [`subvolume ${shortPath(path)}`, bytesWords(subvolume, quota), marks.filter((mark) => mark !== '').join(', ')];
}

/** Empty where there is no quota that could tell. */
function bytesWords({ exclusiveBytes, referencedBytes }: Subvolume, quota: BtrfsInventory['quota']): string {
  if (quota === null || quota.mode === 'off') return '';
  if (exclusiveBytes === null || referencedBytes === null) return 'bytes not read';
  return `${formatBytes(exclusiveBytes).padStart(AMOUNT_COLUMNS)} of ${formatBytes(referencedBytes)} its own`;
}
