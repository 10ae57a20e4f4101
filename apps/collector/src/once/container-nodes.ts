import {
  type ContainerBytes,
  containerBytesOf,
  containerLayersOf,
  type DockerContainer,
  type DockerDaemon,
  formatBytes,
  type LayerSpace,
} from '@silt/domain';
import { alignRows } from './columns.ts';
import { fillBar, shortFill } from './fill-bar.ts';
import type { HostView } from './host-view.ts';
import type { Paint } from './paint.ts';
import { shortId, shortName } from './shorten.ts';
import { compareBytes, compareText, shortenList } from './shorten-list.ts';
import { type TreeNode, type TreeRow, treeNode } from './tree.ts';

const MAX_NAME_CHARACTERS = 32;
const AMOUNT_COLUMNS = 9;
const KIND_WORDS = { written: 'written', own: 'of its own', mapped: 'mapped' } as const satisfies Record<
  ContainerBytes['kind'],
  string
>;

interface Row {
  container: DockerContainer;
  bytes: ContainerBytes | undefined;
  /** Of the container's own file system. */
  space: LayerSpace | undefined;
  nested: TreeNode[];
}

/** A daemon's containers, running ones first, then by what they hold. `nestedIn`: what runs its own containers in one. */
export function containerNodes(
  daemon: DockerDaemon,
  { inventory, paint }: HostView,
  nestedIn: (containerId: string) => TreeNode[],
): TreeNode[] {
  const held = containerBytesOf(daemon, inventory);
  const layers = containerLayersOf(daemon, inventory);
  const spaceOf = ({ id }: DockerContainer) => inventory.layerSpaces?.find(({ mountId }) => mountId === layers.get(id));
  const rows = (daemon.containers ?? [])
    .map((container) => ({
      ...{ container, bytes: held.get(container.id) },
      ...{ space: spaceOf(container), nested: nestedIn(container.id) },
    }))
    .toSorted(compareRows);
  return shortenList(
    'containers',
    rows,
    (shown) => {
      const lines = alignRows(shown.map((row) => cellsOf(row, held.size > 0, paint)));
      return shown.map(({ space, nested }, place) =>
        treeNode(lines[place] ?? '', { rows: space === undefined ? [] : [spaceRow(space, paint)], children: nested }),
      );
    },
    ({ nested }) => nested.length > 0,
  );
}

function spaceRow({ usedBytes, capacityBytes, inodes }: LayerSpace, paint: Paint): TreeRow {
  const right = fillBar({ used: usedBytes, capacity: capacityBytes, unit: 'bytes' }, paint);
  const inodeWords = inodes === null ? '' : `  ${shortFill('inodes', { ...inodes, unit: 'count' }, paint)}`;
  return { left: 'its file system', right: right + inodeWords };
}

const compareRows = (a: Row, b: Row): number =>
  Number(isRunning(b.container)) - Number(isRunning(a.container)) ||
  compareBytes(a.bytes?.bytes, b.bytes?.bytes) ||
  compareText(containerName(a.container), containerName(b.container));

const isRunning = ({ state }: DockerContainer): boolean => state === 'running';

function cellsOf({ container, bytes }: Row, areBytesRead: boolean, paint: Paint): string[] {
  const { state, image, composeProject, composeService, podName, podNamespace, details } = container;
  const owner: string[] = [];
  if (composeProject !== null) owner.push(`compose ${shortName(composeProject)}/${shortName(composeService ?? '?')}`);
  if (podName !== null) owner.push(`pod ${shortName(podNamespace ?? '?')}/${shortName(podName, 48)}`);
  if (details?.privileged === true) owner.push(paint('warning', 'privileged'));
  const mark = isRunning(container) ? paint('ok', '●') : '○';
  const name = paint('strong', shortName(containerName(container), MAX_NAME_CHARACTERS));
  return [`${mark} ${name}`, state, areBytesRead ? bytesWords(bytes) : '', imageWords(image), owner.join('  ')];
}

const bytesWords = (bytes: ContainerBytes | undefined): string =>
  bytes === undefined ? 'not read' : `${formatBytes(bytes.bytes).padStart(AMOUNT_COLUMNS)} ${KIND_WORDS[bytes.kind]}`;

/** In a pod the name that the pod gives it: Docker's is made of that and of all that stands beside it. */
export const containerName = ({ id, names, podContainer }: DockerContainer): string =>
  podContainer ?? names[0] ?? shortId(id);

/** A tag that was given to another image leaves the id in its place. */
const imageWords = (image: string): string =>
  /^(sha256:)?[0-9a-f]{64}$/.test(image) ? shortId(image) : shortName(image.replace(/@sha256:.*$/, ''));
