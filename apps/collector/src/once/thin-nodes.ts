import { formatBytes, type Inventory, type ThinDevice, type ThinPoolItem } from '@silt/domain';
import { shareBar } from './fill-bar.ts';
import type { HostView } from './host-view.ts';
import { shortId, shortName } from './shorten.ts';
import { compareBytes, compareText, shortenList } from './shorten-list.ts';
import { type TreeNode, treeNode } from './tree.ts';

/** The thin devices of a pool, most mapped first, and LVM's inactive ones; `above`: what lies on the device. */
export function thinNodes(
  pool: ThinPoolItem,
  { inventory, paint }: HostView,
  above: (device: ThinDevice) => TreeNode[],
): TreeNode[] {
  const devices = (inventory.thin?.devices ?? [])
    .filter(({ poolDmName }) => poolDmName === pool.dmName)
    .toSorted((a, b) => compareBytes(a.mappedBytes, b.mappedBytes) || compareText(a.name, b.name))
    .map((device) => ({ device, children: above(device) }));
  const nodes = shortenList(
    'thin devices',
    devices,
    (shown) =>
      shown.map(({ device, children }) => {
        const words = [paint('strong', thinName(device, inventory)), stateWords(device)];
        const { mappedBytes: used, virtualBytes: capacity } = device;
        const right = shareBar({ used, capacity, unit: 'bytes' }, paint);
        return treeNode(words.filter((word) => word !== '').join('  '), { right, children });
      }),
    ({ children }) => children.length > 0,
  );
  return [...nodes, ...inactiveNodes(pool, inventory)];
}

function inactiveNodes(pool: ThinPoolItem, { thin }: Inventory): TreeNode[] {
  const inactive = (thin?.lvm?.volumes ?? []).filter((one) => one.pool === pool.name && !one.isActive);
  return shortenList('inactive volumes', inactive, (shown) =>
    shown.map(({ name, sizeBytes, origin }) => {
      const size = sizeBytes === null ? 'size not read' : `up to ${formatBytes(sizeBytes)}`;
      const from = origin === null ? '' : `  snapshot of ${shortName(origin)}`;
      return treeNode(`${shortName(name)}  inactive, ${size}${from}`);
    }),
  );
}

function stateWords({ state, suspended, externalOrigin, startBytes }: ThinDevice): string {
  const words: string[] = [];
  if (state !== null && state !== 'ok') words.push(state);
  if (suspended === true) words.push('suspended');
  if (externalOrigin !== null) words.push(`on ${externalOrigin}`);
  if (startBytes > 0) words.push(`from ${formatBytes(startBytes)}`);
  return words.join(', ');
}

/** Whose it is, where Docker's names and records tell. */
function thinName({ name, docker }: ThinDevice, inventory: Inventory): string {
  if (docker === null) return shortName(name);
  if (docker.layerId === 'base') return 'base device';
  const mounts = inventory.dataRoots.flatMap(({ layers }) => layers.mounts ?? []);
  const owner = mounts.find(({ mountId }) => mountId === docker.layerId)?.containerId;
  if (owner === undefined) return `layer ${shortId(docker.layerId)}`;
  const containers = (inventory.docker?.daemons ?? []).flatMap((daemon) => daemon.containers ?? []);
  const container = containers.find(({ id }) => id === owner)?.names[0] ?? shortId(owner);
  return `${docker.isInit ? 'init layer' : 'layer'} of ${shortName(container)}`;
}
