import type { Item } from '@silt/domain';

type Linked = Pick<Item, 'key' | 'kind' | 'name' | 'parentKey' | 'ownerKey' | 'attributes'>;

/** Daemons in containers in daemons in …: what is deeper is cut. */
const MAX_DEPTH = 8;

/**
 * Names of those that an item is there for, from the outside in: daemon, compose project or pod, container, image. An
 * owner that is not among the items is not known, and no chain holds the item itself.
 */
export function ownerChains(items: readonly Linked[]): (item: Linked) => string[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const find = (key: string | null): Linked | undefined => (key === null ? undefined : byKey.get(key));
  const outsideOf = (item: Linked, depth: number): string[] => {
    if (depth > MAX_DEPTH) return [];
    const owner = find(item.ownerKey) ?? find(item.parentKey);
    if (owner === undefined || owner.key === item.key) return [];
    return [...outsideOf(owner, depth + 1), ...groupOf(owner), ...(isOwner(owner) ? [owner.name] : [])];
  };
  return (item) => {
    const holder = item.kind === 'container' ? item : find(item.ownerKey);
    const group = item.kind === 'container' ? groupOf(item) : [];
    const image = holder?.kind === 'container' ? wordOf(holder, 'image') : null;
    return [...outsideOf(item, 0), ...group, ...(image === null ? [] : [image])];
  };
}

/** What only bears others says nothing of who is behind it, but for a daemon. */
const isOwner = ({ kind }: Linked): boolean => kind !== 'store' && kind !== 'device' && kind !== 'data-root';

function groupOf(container: Linked): string[] {
  if (container.kind !== 'container') return [];
  const name = wordOf(container, 'composeProject') ?? wordOf(container, 'podName');
  return name === null ? [] : [name];
}

function wordOf({ attributes }: Linked, name: string): string | null {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
