import { type TreeNode, treeNode } from './tree.ts';

/** Lines of one kind beneath one thing; `--json` has them all. */
export const MAX_SHOWN = 12;

/** `and 133 more containers` in place of those that are too many for people; what `mustShow` names is never left out. */
export function shortenList<One>(
  what: string,
  all: readonly One[],
  nodes: (shown: readonly One[]) => TreeNode[],
  mustShow: (one: One) => boolean = () => false,
): TreeNode[] {
  const shown = all.filter((one, place) => place < MAX_SHOWN || mustShow(one));
  const more = all.length - shown.length;
  return more === 0 ? nodes(shown) : [...nodes(shown), treeNode(`and ${more} more ${what}`)];
}

/** Bytes falling, those not read last. */
export const compareBytes = (a: number | null | undefined, b: number | null | undefined): number =>
  (b ?? -1) - (a ?? -1);

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `1 image`, `3 images`, `12,000 layers`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
