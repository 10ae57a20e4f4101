import { type DockerDaemon, type DockerVolume, formatBytes } from '@silt/domain';
import { alignRows } from './columns.ts';
import { containerName } from './container-nodes.ts';
import type { HostView } from './host-view.ts';
import { type Leftover, leftoversOf } from './leftovers.ts';
import { shortId, shortName } from './shorten.ts';
import { compareBytes, compareText, counted, shortenList } from './shorten-list.ts';
import { type TreeNode, treeNode } from './tree.ts';

const AMOUNT_COLUMNS = 9;

interface Row {
  volume: DockerVolume;
  leftover: Leftover | undefined;
}

/** A daemon's volumes: those that hold a Docker of their own first, then by size, named ones before the others. */
export function volumeNodes(daemon: DockerDaemon, view: HostView): TreeNode[] {
  const { inventory } = view;
  const leftovers = leftoversOf(inventory).filter(({ dataRoot }) => dataRoot.daemonKeys.includes(daemon.key));
  const rows = (daemon.volumes ?? [])
    .map((volume) => ({ volume, leftover: leftovers.find(({ leftover }) => leftover.volume === volume.name) }))
    .toSorted(compareRows);
  return shortenList('volumes', rows, (shown) => {
    const lines = alignRows(shown.map(({ volume }) => cellsOf(volume, daemon, view)));
    return shown.map(({ leftover }, place) => {
      const facts = leftover === undefined ? [] : [leftoverWords(leftover)];
      return treeNode(lines[place] ?? '', { facts });
    });
  });
}

const compareRows = (a: Row, b: Row): number =>
  Number(b.leftover !== undefined) - Number(a.leftover !== undefined) ||
  compareBytes(a.volume.sizeBytes, b.volume.sizeBytes) ||
  Number(a.volume.anonymous) - Number(b.volume.anonymous) ||
  compareText(a.volume.name, b.volume.name);

function cellsOf(volume: DockerVolume, daemon: DockerDaemon, { paint }: HostView): string[] {
  const { name, anonymous, driver, sizeBytes } = volume;
  const isAnySizeRead = (daemon.volumes ?? []).some((one) => one.sizeBytes !== null);
  const size = sizeBytes === null ? 'not read' : formatBytes(sizeBytes).padStart(AMOUNT_COLUMNS);
  const use = usedByWords(volume, daemon);
  return [
    `volume ${paint('strong', anonymous ? shortId(name) : shortName(name))}`,
    [anonymous ? 'anonymous' : '', driver === 'local' ? '' : shortName(driver)].filter((word) => word !== '').join(' '),
    isAnySizeRead ? size : '',
    volume.references === 0 ? paint('warning', use) : use,
  ];
}

function usedByWords({ references, usedBy }: DockerVolume, { containers }: DockerDaemon): string {
  if (references === null) return 'use not read';
  if (references === 0) return 'used by no container';
  const users = (containers ?? []).filter(({ id }) => usedBy.includes(id)).map(containerName);
  const [first] = users.toSorted(compareText);
  if (first === undefined) return `used by ${counted(references, 'container')}`;
  return `used by ${shortName(first)}${references > 1 ? ` and ${references - 1} more` : ''}`;
}

function leftoverWords({ leftover, volume }: Leftover): string {
  const { entryCount, driverFolders, nestedSubvolumes } = leftover;
  const folders = driverFolders.map((one) => shortName(one)).join(', ');
  const subvolumes = nestedSubvolumes.length === 0 ? '' : `, ${counted(nestedSubvolumes.length, 'subvolume')}`;
  const whose = volume?.references === 0 ? 'left by a nested Docker' : 'of a nested Docker';
  return `${whose}: ${counted(entryCount, 'layer')} of ${folders}${subvolumes}`;
}
