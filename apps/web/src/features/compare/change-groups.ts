import type { ByteRange, ItemChange, ItemChangeKind, ItemKind } from '@silt/domain';

/** One item that changed, or several that are alike: without a name that tells them apart, or of unknown sizes. */
export interface ChangeGroup {
  key: string;
  change: ItemChangeKind;
  kind: ItemKind;
  /** That all of them have. */
  ownerChain: string[];
  /** The greatest difference first; one = no group. */
  changes: ItemChange[];
  /** Σ of those that are known; null = none is. */
  a: ByteRange | null;
  b: ByteRange | null;
  delta: ByteRange | null;
}

/** Fewer stand for themselves. */
const MIN_GROUP = 3;
const ID = /^(sha256:)?[0-9a-f]{12,64}$/;
/** Kinds that nobody gives a name to. */
const NAMELESS_KINDS: readonly ItemKind[] = ['build-cache', 'orphan-layer', 'leftover', 'pinned-file'];

const isNameless = ({ item }: ItemChange): boolean => NAMELESS_KINDS.includes(item.kind) || ID.test(item.name);

/** The owners as far as they have names: a chain's ids differ from item to item. */
function namedOwners({ item }: ItemChange): string[] {
  const end = item.ownerChain.findIndex((owner) => ID.test(owner));
  return end < 0 ? item.ownerChain : item.ownerChain.slice(0, end);
}

/** Changes with those folded that are alike: the same change of the same kind with the same owner. Order is kept. */
export function groupChanges(changes: readonly ItemChange[]): ChangeGroup[] {
  const alike = new Map<string, ItemChange[]>();
  for (const change of changes) {
    const key =
      isNameless(change) || change.delta === null
        ? JSON.stringify([change.change, change.item.kind, namedOwners(change)])
        : change.item.key;
    const group = alike.get(key);
    if (group) group.push(change);
    else alike.set(key, [change]);
  }
  const groups = [...alike].flatMap(([key, group]) =>
    group.length >= MIN_GROUP ? [groupOf(key, group)] : group.map((change) => groupOf(change.item.key, [change])),
  );
  return groups.sort((x, y) => magnitudeOf(y.delta) - magnitudeOf(x.delta));
}

function groupOf(key: string, changes: ItemChange[]): ChangeGroup {
  const [first] = changes as [ItemChange];
  const isLone = changes.length === 1;
  return {
    key,
    change: first.change,
    kind: first.item.kind,
    ownerChain: isLone ? first.item.ownerChain : namedOwners(first),
    changes,
    a: sumOf(changes.map(({ a }) => a)),
    b: sumOf(changes.map(({ b }) => b)),
    delta: sumOf(changes.map(({ delta }) => delta)),
  };
}

function sumOf(ranges: readonly ItemChange['a'][]): ByteRange | null {
  const known = ranges.filter((range): range is ByteRange => range !== null && range.leastBytes !== null);
  if (known.length === 0) return null;
  return {
    leastBytes: known.reduce((sum, { leastBytes }) => sum + leastBytes, 0),
    mostBytes: known.reduce((sum, { mostBytes }) => sum + mostBytes, 0),
  };
}

export const magnitudeOf = (delta: ByteRange | null): number =>
  delta === null ? -1 : Math.max(Math.abs(delta.leastBytes), Math.abs(delta.mostBytes));

export interface ChangeFilter {
  /** null = all. */
  change: ItemChangeKind | null;
  text: string;
}

/** The changes of a kind of change, and with the text in name, owner, state or kind. */
export function filterChanges(changes: readonly ItemChange[], { change, text }: ChangeFilter): ItemChange[] {
  const wanted = text.trim().toLowerCase();
  return changes.filter(
    (one) => (change === null || one.change === change) && (wanted === '' || textOf(one).includes(wanted)),
  );
}

const textOf = ({ item: { name, ownerChain, state, kind } }: ItemChange): string =>
  [name, kind, ...ownerChain, state ?? ''].join('\n').toLowerCase();
