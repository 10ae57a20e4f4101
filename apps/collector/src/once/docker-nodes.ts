import { type DockerDaemon, type DockerListener, formatBytes, type Layout } from '@silt/domain';
import { containerNodes } from './container-nodes.ts';
import { containerdNodesIn, NO_SNAPSHOTS, snapshotWords } from './containerd-nodes.ts';
import type { HostView } from './host-view.ts';
import { layerFacts } from './layer-facts.ts';
import type { Paint } from './paint.ts';
import { shortId, shortName, shortPath } from './shorten.ts';
import { counted } from './shorten-list.ts';
import { type TreeNode, treeNode } from './tree.ts';
import { volumeNodes } from './volume-nodes.ts';

const MAX_REASON_CHARACTERS = 160;

/** The daemons whose data root lies on a store, null = on none, but for nested ones, which hang from their container. */
export function daemonNodes(view: HostView, storeKey: string | null): TreeNode[] {
  const { inventory, snapshot } = view;
  const daemons = (inventory.docker?.daemons ?? []).filter(
    (daemon) => !isShownInContainer(daemon, view) && storeOf(daemon, snapshot.layout) === storeKey,
  );
  return daemons.map((daemon) => daemonNode(daemon, view));
}

function storeOf(daemon: DockerDaemon, { stores, daemons }: Pick<Layout, 'stores' | 'daemons'>): string | null {
  const told = daemons.find(({ key }) => key === daemon.key)?.storeKey;
  if (told != null) return told;
  return stores.find(({ device }) => device !== null && device === daemon.dataRootMount?.source)?.key ?? null;
}

const isShownInContainer = ({ nestedInContainerId: id }: DockerDaemon, { inventory }: HostView): boolean =>
  id !== null && (inventory.docker?.daemons ?? []).some(({ containers }) => containers?.some((one) => one.id === id));

function daemonNode(daemon: DockerDaemon, view: HostView): TreeNode {
  const { version, storageDriver, dataRoot, pid, state, nestedInContainerId } = daemon;
  const { paint } = view;
  const words = [paint('strong', `Docker ${shortName(version ?? '')}`.trim())];
  if (state === 'answers') words.push(storageDriver === null ? 'driver not read' : shortName(storageDriver));
  words.push(dataRoot === null ? 'data root not read' : `in ${shortPath(dataRoot)}`);
  if (pid !== null) words.push(`process ${pid}`);
  if (nestedInContainerId !== null && !isShownInContainer(daemon, view)) {
    words.push(`in container ${shortId(nestedInContainerId)}`);
  }
  if (state !== 'answers') {
    const reason = paint('warning', stateWords(daemon));
    return treeNode(words.join('  '), { rows: [{ left: reason, right: null }], facts: settingFacts(daemon, paint) });
  }
  return treeNode(words.join('  '), {
    facts: [
      ...contentFacts(daemon),
      ...layerFacts(daemon, view),
      ...snapshotsOf(daemon, view),
      ...settingFacts(daemon, paint),
    ],
    children: [...containerNodes(daemon, view, (id) => nestedNodes(id, view)), ...volumeNodes(daemon, view)],
  });
}

function stateWords({ state, stateReason }: DockerDaemon): string {
  return stateReason === null ? state : `${state}: ${shortName(stateReason, MAX_REASON_CHARACTERS)}`;
}

/** Docker, and a containerd without one, that run in a container. */
const nestedNodes = (id: string, view: HostView): TreeNode[] => [
  ...(view.inventory.docker?.daemons ?? [])
    .filter(({ nestedInContainerId }) => nestedInContainerId === id)
    .map((daemon) => daemonNode(daemon, view)),
  ...containerdNodesIn(id, view),
];

function contentFacts({ containers, images, volumes, buildCache }: DockerDaemon): string[] {
  const facts = [containerWords(containers)];
  if (images === null) facts.push('images not read');
  else facts.push(images.length === 0 ? 'no images' : `${counted(images.length, 'image')}, ${sumWords(images)}`);
  if (volumes === null) facts.push('volumes not read');
  else facts.push(volumes.length === 0 ? 'no volumes' : counted(volumes.length, 'volume'));
  // Read with the sizes, and not without.
  if (buildCache === null) facts.push('sizes and build cache not read');
  else facts.push(buildCache.length === 0 ? 'no build cache' : `build cache ${sumWords(buildCache)}`);
  return facts;
}

function containerWords(containers: DockerDaemon['containers']): string {
  if (containers === null) return 'containers not read';
  if (containers.length === 0) return 'no containers';
  const running = containers.filter(({ state }) => state === 'running').length;
  const count = counted(containers.length, 'container');
  if (running === containers.length) return `${count}, ${running === 1 ? 'running' : 'all running'}`;
  return `${count}, ${running === 0 ? 'none' : running} running`;
}

/** Layers that images share are counted in each. */
function sumWords(parts: readonly { sizeBytes: number | null }[]): string {
  const read = parts.flatMap(({ sizeBytes }) => (sizeBytes === null ? [] : [sizeBytes]));
  if (read.length === 0 && parts.length > 0) return 'sizes not read';
  const sum = formatBytes(read.reduce((total, part) => total + part, 0));
  return read.length === parts.length ? sum : `${sum} of ${read.length} of them`;
}

function snapshotsOf({ key }: DockerDaemon, { inventory }: HostView): string[] {
  const own = (inventory.docker?.containerds ?? []).filter(({ daemonKey }) => daemonKey === key);
  return own.flatMap((containerd) => {
    const words = snapshotWords(containerd, inventory);
    // Docker's own containerd has none, unless it is Docker's image store.
    return words === null || words === NO_SNAPSHOTS ? [] : [`in containerd ${words}`];
  });
}

function settingFacts({ listeners, liveRestore, mountFlags, rootless }: DockerDaemon, paint: Paint): string[] {
  const facts: string[] = [];
  if (rootless === true) facts.push('rootless');
  if (liveRestore === true) facts.push('live-restore');
  if (mountFlags !== null && mountFlags !== '') facts.push(`MountFlags=${shortName(mountFlags)}`);
  return [...facts, ...(listeners ?? []).map((listener) => listenerWords(listener, paint))];
}

function listenerWords(listener: DockerListener, paint: Paint): string {
  const where = `listens on ${addressWords(listener)}`;
  return listener.isPlain === true ? paint('critical', `${where} without TLS`) : where;
}

/** `127.0.0.1:2375`, `[::]:2375`. */
export const addressWords = ({ address, port }: DockerListener): string =>
  `${address.includes(':') ? `[${shortName(address)}]` : shortName(address)}:${port}`;
