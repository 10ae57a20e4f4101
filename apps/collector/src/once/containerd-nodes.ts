import type { Containerd, Inventory, Layout } from '@silt/domain';
import type { HostView } from './host-view.ts';
import { shortName, shortPath } from './shorten.ts';
import { type TreeNode, treeNode } from './tree.ts';

export const NO_SNAPSHOTS = 'no snapshots';

/** Those that no Docker started, whose root lies on a store, null = on none. */
export function containerdNodes(view: HostView, storeKey: string | null): TreeNode[] {
  const { inventory, snapshot } = view;
  return freeContainerds(inventory)
    .filter((one) => !isShownInContainer(one, inventory) && storeOf(one, snapshot.layout) === storeKey)
    .map((one) => containerdNode(one, view));
}

/** Those that no Docker started, within a container. */
export const containerdNodesIn = (containerId: string, view: HostView): TreeNode[] =>
  freeContainerds(view.inventory)
    .filter(({ nestedInContainerId }) => nestedInContainerId === containerId)
    .map((one) => containerdNode(one, view));

const freeContainerds = ({ docker }: Inventory): Containerd[] =>
  (docker?.containerds ?? []).filter(({ daemonKey }) => daemonKey === null);

const isShownInContainer = ({ nestedInContainerId: id }: Containerd, { docker }: Inventory): boolean =>
  id !== null && (docker?.daemons ?? []).some(({ containers }) => containers?.some((one) => one.id === id));

const storeOf = ({ rootMount }: Containerd, { stores }: Layout): string | null =>
  stores.find(({ device }) => device !== null && device === rootMount?.source)?.key ?? null;

function containerdNode(containerd: Containerd, { inventory, paint }: HostView): TreeNode {
  const { root, pid } = containerd;
  const where = root === null ? 'root not read' : `in ${shortPath(root)}`;
  return treeNode([paint('strong', 'containerd'), where, `process ${pid}`].join('  '), {
    facts: [snapshotWords(containerd, inventory) ?? 'snapshots not read'],
  });
}

/** `snapshots: 133 of overlayfs, 2 of native`; null = not read. */
export function snapshotWords({ key }: Containerd, { containerdRoots }: Inventory): string | null {
  const snapshotters = containerdRoots.find(({ containerdKeys }) => containerdKeys.includes(key))?.snapshotters;
  const told = (snapshotters ?? []).filter(({ snapshotCount }) => snapshotCount !== null);
  if (snapshotters === undefined || (snapshotters.length > 0 && told.length === 0)) return null;
  const words = told.flatMap(({ name, snapshotCount }) =>
    snapshotCount ? [`${snapshotCount.toLocaleString('en')} of ${shortName(name)}`] : [],
  );
  return words.length === 0 ? NO_SNAPSHOTS : `snapshots: ${words.join(', ')}`;
}
