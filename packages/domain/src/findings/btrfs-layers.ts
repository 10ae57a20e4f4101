import type { BtrfsInventory, Inventory, Subvolume } from '../inventory/index.ts';
import { SubvolumeBytes } from '../items/run/btrfs-bytes.ts';
import { type DockerPlace, pathIn } from './docker-place.ts';
import { firstWithin, MAX_EVIDENCE_BYTES } from './evidence-size.ts';
import type { RemedyStep } from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { destroy, precondition, run } from './steps.ts';

/** In one finding; the deepest ones come first, so that what is left out can wait. */
const MAX_SUBVOLUMES = 256;
/** Of them as JSON, in one finding: the other half of `MAX_EVIDENCE_BYTES` is for the rest of it. */
export const MAX_SUBVOLUME_BYTES = MAX_EVIDENCE_BYTES / 2;
/** In one line of a shell. */
const MAX_PATHS_IN_LINE = 16;

/** A subvolume to delete. */
export type DoomedSubvolume = {
  /** In the daemon's mount namespace. */
  path: string;
  /** null = not read. */
  isReadOnly: boolean | null;
  /** btrfs lets a received one become writable only by force. */
  isReceived: boolean;
};

type NestedSubvolumes = {
  /** Deepest first. */
  subvolumes: DoomedSubvolume[];
  leftOutCount: number;
  /** Of all of them, those that are known to be read-only. */
  readOnlyCount: number;
  /** The list of the file system was read: there are no others. */
  isWhole: boolean;
  /** What they hold at the most; null = no quota group says. */
  bytes: number | null;
};

export const btrfsOf = (inventory: Inventory, storeKey: string | null): BtrfsInventory | null =>
  inventory.btrfs?.find((one) => one.storeKey === storeKey) ?? null;

interface AskedSubvolumes {
  folder: string;
  seen: readonly string[];
  below?: string;
  maxBytes?: number;
}

/**
 * Subvolumes below a folder of a data root. The list has paths from the file system's top level, and where the data root
 * lies in that is told by `seen`: paths below the folder that were seen there. Without the list, they are what there is.
 * `below`: one of them, to have only it and what lies in it.
 */
export function subvolumesIn(
  system: BtrfsInventory | null,
  place: DockerPlace,
  { folder, seen, below, maxBytes = MAX_SUBVOLUME_BYTES }: AskedSubvolumes,
): NestedSubvolumes {
  const isAsked = (path: string) => below === undefined || path === below || path.startsWith(`${below}/`);
  const whole = system === null ? null : listedIn(system, folder, seen);
  const listed = whole?.filter(({ tail }) => isAsked(tail)) ?? null;
  const found = listed ?? seen.map((path) => ({ tail: path, subvolume: null }));
  const all = found.map(({ tail, subvolume }) => ({
    path: pathIn(place, `${folder}/${tail}`),
    isReadOnly: subvolume?.readOnly ?? null,
    isReceived: (subvolume?.receivedUuid ?? null) !== null,
  }));
  const deepest = all.toSorted((a, b) => depthOf(b.path) - depthOf(a.path) || (a.path < b.path ? -1 : 1));
  const bytes =
    system === null || listed === null
      ? null
      : new SubvolumeBytes(system).mostFreedBy(listed.map(({ subvolume }) => subvolume));
  const { shown, leftOutCount } = firstWithin(deepest, { most: MAX_SUBVOLUMES, maxBytes });
  return {
    ...{ subvolumes: shown, leftOutCount },
    readOnlyCount: all.filter(({ isReadOnly }) => isReadOnly === true).length,
    isWhole: listed !== null,
    bytes: all.length === 0 ? 0 : bytes,
  };
}

const depthOf = (path: string): number => path.split('/').length;

/** null = not read, or it cannot be told which of several data roots of one file system a path is of. */
function listedIn(
  { subvolumes }: BtrfsInventory,
  folder: string,
  seen: readonly string[],
): { tail: string; subvolume: Subvolume }[] | null {
  if (subvolumes === null || seen.length === 0) return null;
  const byPrefix = new Map<string, { tail: string; subvolume: Subvolume }[]>();
  for (const subvolume of subvolumes) {
    const place = `/${subvolume.path}`.indexOf(`/${folder}/`);
    if (place < 0) continue;
    const prefix = subvolume.path.slice(0, place);
    const tail = subvolume.path.slice(place + folder.length + 1);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { tail, subvolume }]);
  }
  const fitting = [...byPrefix.values()].filter((found) => {
    const tails = new Set(found.map(({ tail }) => tail));
    return seen.every((path) => tails.has(path));
  });
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** Read-only ones are made writable first: nothing in them can be deleted before. Then the deepest first. */
export function deleteSubvolumes(doomed: readonly DoomedSubvolume[]): RemedyStep[] {
  const writable = doomed
    .filter(({ isReadOnly }) => isReadOnly !== false)
    .map(({ path, isReceived }) =>
      run(
        shellLine('btrfs', 'property', 'set', ...(isReceived ? ['-f'] : []), '-ts', path, 'ro', 'false'),
        'A read-only subvolume stops the deletion of what lies in it: make it writable.',
        '只读子卷会阻止删除其中的内容：先将其设为可写。',
      ),
    );
  const lines: string[] = [];
  for (let place = 0; place < doomed.length; place += MAX_PATHS_IN_LINE) {
    const paths = doomed.slice(place, place + MAX_PATHS_IN_LINE).map(({ path }) => path);
    lines.push(shellLine('btrfs', 'subvolume', 'delete', ...paths));
  }
  return [
    ...writable,
    ...lines.map((line) =>
      destroy(line, 'Deletes exactly these subvolumes, the deepest first.', '只删除这些子卷，由最深层开始。'),
    ),
  ];
}

/** Of a list that was cut: deepest first, so that those that are left can wait. */
export const othersLeft = (leftOutCount: number): RemedyStep[] =>
  leftOutCount === 0
    ? []
    : [
        precondition(
          `${leftOutCount} more subvolumes lie nearer to the top: list them again and delete them too, the deepest first.`,
          `还有 ${leftOutCount} 个更靠上层的子卷：请重新列出并同样删除，由最深层开始。`,
        ),
      ];
