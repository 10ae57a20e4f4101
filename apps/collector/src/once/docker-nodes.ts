import {
  type DockerContainer,
  type DockerDaemon,
  type DockerListener,
  type DockerVolume,
  formatBytes,
  type Inventory,
  type Layout,
} from '@silt/domain';
import { paint } from './fill-bar.ts';
import { printable, shortId } from './printable.ts';
import type { TreeNode } from './tree.ts';

/** Lines of one kind under a daemon; `--json` has them all. */
const MAX_SHOWN = 12;

export interface DockerPlace {
  /** null = those that lie on none of the stores. */
  storeKey: string | null;
  layout: Pick<Layout, 'stores' | 'daemons'>;
}

/** The daemons whose data root lies on a store, but for nested ones, which hang from their container. */
export function daemonNodes(inventory: Inventory, { storeKey, layout }: DockerPlace): TreeNode[] {
  const daemons = (inventory.docker?.daemons ?? []).filter(
    (daemon) => !isShownInContainer(daemon, inventory) && storeOf(daemon, layout) === storeKey,
  );
  return daemons.map((daemon) => daemonNode(daemon, inventory));
}

function storeOf(daemon: DockerDaemon, { stores, daemons }: DockerPlace['layout']): string | null {
  const told = daemons.find(({ key }) => key === daemon.key)?.storeKey;
  if (told != null) return told;
  return stores.find(({ device }) => device !== null && device === daemon.dataRootMount?.source)?.key ?? null;
}

const isShownInContainer = ({ nestedInContainerId: id }: DockerDaemon, inventory: Inventory): boolean =>
  id !== null && (inventory.docker?.daemons ?? []).some(({ containers }) => containers?.some((one) => one.id === id));

function daemonNode(daemon: DockerDaemon, inventory: Inventory): TreeNode {
  const { version, storageDriver, dataRoot, containers, volumes, pid } = daemon;
  const words = [`Docker ${version ?? ''}`.trim(), storageDriver ?? 'driver not read'];
  if (dataRoot !== null) words.push(`in ${printable(dataRoot)}`);
  if (pid !== null) words.push(`process ${pid}`);
  if (daemon.state !== 'answers') words.push(paint('warning', daemon.stateReason ?? daemon.state));
  const shown = (containers ?? []).toSorted((a, b) => Number(b.state === 'running') - Number(a.state === 'running'));
  return {
    line: words.join('  '),
    details: daemonDetails(daemon),
    children: [
      ...cut('containers', shown, (one) => containerNode(one, inventory)),
      ...cut('volumes', volumes ?? [], (one) => volumeNode(one, inventory)),
    ],
  };
}

function daemonDetails({ images, listeners, liveRestore, mountFlags, buildCache }: DockerDaemon): string[] {
  const facts: string[] = [];
  if (images !== null) facts.push(`${images.length} images, ${formatBytes(sum(images.map((one) => one.sizeBytes)))}`);
  if (buildCache !== null) facts.push(`build cache ${formatBytes(sum(buildCache.map((one) => one.sizeBytes)))}`);
  if (liveRestore === true) facts.push('live-restore');
  if (mountFlags !== null && mountFlags !== '') facts.push(`MountFlags=${printable(mountFlags)}`);
  for (const listener of listeners ?? []) facts.push(listenerWords(listener));
  return facts.length === 0 ? [] : [facts.join(' · ')];
}

function listenerWords({ address, port, isPlain }: DockerListener): string {
  const where = `listens on ${address.includes(':') ? `[${address}]` : address}:${port}`;
  return isPlain === true ? paint('critical', `${where} without TLS`) : where;
}

function containerNode(container: DockerContainer, inventory: Inventory): TreeNode {
  const { id, names, state, image, composeProject, composeService, podName, podNamespace, writableBytes } = container;
  const isRunning = state === 'running';
  const words = [
    `${isRunning ? paint('ok', '●') : '○'} ${printable(names[0] ?? shortId(id))}`,
    state,
    printable(image),
  ];
  if (composeProject !== null) words.push(`compose ${printable(composeProject)}/${printable(composeService ?? '?')}`);
  if (podName !== null) words.push(`pod ${printable(podNamespace ?? '?')}/${printable(podName)}`);
  if (container.details?.privileged === true) words.push('privileged');
  if (writableBytes !== null) words.push(`${formatBytes(writableBytes)} written`);
  const nested = (inventory.docker?.daemons ?? []).filter(({ nestedInContainerId }) => nestedInContainerId === id);
  return { line: words.join('  '), details: [], children: nested.map((daemon) => daemonNode(daemon, inventory)) };
}

function volumeNode({ name, anonymous, references, sizeBytes }: DockerVolume, { dataRoots }: Inventory): TreeNode {
  const words = [`volume ${anonymous ? shortId(name) : printable(name)}`];
  if (anonymous) words.push('anonymous');
  if (references !== null) words.push(references === 0 ? paint('warning', 'in use by no container') : `in use`);
  if (sizeBytes !== null) words.push(formatBytes(sizeBytes));
  return { line: words.join('  '), details: leftoverDetails(name, dataRoots), children: [] };
}

/** What a nested daemon keeps in it, or left there. */
function leftoverDetails(volume: string, dataRoots: Inventory['dataRoots']): string[] {
  const found = dataRoots.flatMap(({ layers }) => layers.leftovers ?? []).filter((one) => one.volume === volume);
  return found.map(({ driverFolders, entryCount, nestedSubvolumes }) => {
    const subvolumes = nestedSubvolumes.length === 0 ? '' : `, ${nestedSubvolumes.length} subvolumes`;
    return `holds a Docker of its own: ${entryCount ?? 'unread'} layers (${driverFolders.join(', ')})${subvolumes}`;
  });
}

/** `and 133 more` in place of those that are too many for people. */
function cut<One>(what: string, all: readonly One[], node: (one: One) => TreeNode): TreeNode[] {
  const nodes = all.slice(0, MAX_SHOWN).map(node);
  const more = all.length - nodes.length;
  return more === 0 ? nodes : [...nodes, { line: `and ${more} more ${what}`, details: [], children: [] }];
}

/** Of what was read. */
const sum = (parts: readonly (number | null)[]): number =>
  parts.reduce<number>((total, part) => total + (part ?? 0), 0);
