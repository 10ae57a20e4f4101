import type { Item, ItemAttribute, ItemDelta, ItemRun } from './item.ts';
import { scopeStatusesOf } from './scope-status.ts';

/** What of `before` is gone by the word of complete scopes, and what of `after` is new or another. */
export function diffRuns(before: ItemRun, after: ItemRun): ItemDelta {
  const known = new Map(before.items.map((item) => [item.key, item]));
  const changed = after.items.filter((item) => {
    const old = known.get(item.key);
    return old === undefined || !isSameItem(old, item);
  });
  return { changed, removed: keysGone(before.items, after) };
}

/** Keys of items that the run does not have though the scope of each was read in full. */
export function keysGone(items: Iterable<Item>, run: ItemRun): string[] {
  const present = new Set(run.items.map(({ key }) => key));
  const statusOf = scopeStatusesOf(run.scopes);
  const gone: string[] = [];
  for (const { key, scope } of items) {
    if (!present.has(key) && statusOf(scope) === 'complete') gone.push(key);
  }
  return gone;
}

/** In the order of before, the new ones behind. A key to remove that is not there is no error. */
export function applyDelta(before: readonly Item[], { changed, removed }: ItemDelta): Item[] {
  const items = new Map(before.map((item) => [item.key, item]));
  for (const key of removed) items.delete(key);
  for (const item of changed) items.set(item.key, item);
  return [...items.values()];
}

/**
 * What is known after a run: all that it read, and of before what it could not look for. The base of the next `diffRuns`.
 */
export function carryOver(before: ItemRun, after: ItemRun): ItemRun {
  return { scopes: after.scopes, items: applyDelta(before.items, diffRuns(before, after)) };
}

/** Equal in every field; attributes in any order. */
export function isSameItem(a: Item, b: Item): boolean {
  return isSameButSizes(a, b) && SIZE_FIELDS.every((field) => a[field] === b[field]);
}

export const SIZE_FIELDS = ['sizeBytes', 'leastBytes', 'mostBytes'] as const;
const PLAIN_FIELDS = ['key', 'kind', 'name', 'scope', 'storeKey', 'parentKey', 'ownerKey', 'counted', 'state'] as const;

export function isSameButSizes(a: Item, b: Item): boolean {
  return PLAIN_FIELDS.every((field) => a[field] === b[field]) && areSameAttributes(a.attributes, b.attributes);
}

function areSameAttributes(a: Record<string, ItemAttribute>, b: Record<string, ItemAttribute>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}
