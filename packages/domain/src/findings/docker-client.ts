import type { DockerContainer, DockerDaemon, Inventory } from '../inventory/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { shellLine } from './shell-quote.ts';

/** Where Docker's client looks without being told. */
const USUAL_SOCKETS = ['/var/run/docker.sock', '/run/docker.sock'];

/** Words of Docker's client for the daemon at a socket; null = the one that it finds by itself. */
export function clientWords(socket: string | null): string[] {
  const path = socket?.replace(/^unix:\/\//, '') ?? null;
  return path === null || USUAL_SOCKETS.includes(path) ? ['docker'] : ['docker', '-H', `unix://${path}`];
}

/** 64 hex digits: what Docker calls a container, and never an option of a command. */
const CONTAINER_ID = /^[0-9a-f]{64}$/;
const MAX_NESTING = 4;

export interface FoundContainer {
  daemon: DockerDaemon;
  container: DockerContainer;
}

/** The daemon that lists a container. null = none that was read does. */
export function findContainer(inventory: Inventory | null, id: string | null): FoundContainer | null {
  if (id === null || !CONTAINER_ID.test(id)) return null;
  for (const daemon of inventory?.docker?.daemons ?? []) {
    const container = daemon.containers?.find((one) => one.id === id);
    if (container !== undefined) return { daemon, container };
  }
  return null;
}

/** Words of Docker's client, typed on the host, that reach a daemon; null = there is no way to it from there. */
export function clientOf(inventory: Inventory | null, daemon: DockerDaemon, depth = 0): string[] | null {
  const { socket, nestedInContainerId } = daemon;
  const words = clientWords(socket);
  if (nestedInContainerId === null) return socket === null ? null : words;
  const outer = findContainer(inventory, nestedInContainerId);
  if (outer === null || depth >= MAX_NESTING) return null;
  const way = clientOf(inventory, outer.daemon, depth + 1);
  return way === null ? null : [...way, 'exec', nestedInContainerId, ...words];
}

/** A container of the evidence, with the words that reach its daemon. */
export type ContainerPlace = {
  id: string;
  /** Its first name; the first digits of the id, where it has none. */
  name: string;
  state: string;
  image: string;
  client: string[] | null;
};

export function containerPlace(inventory: Inventory | null, id: string | null): ContainerPlace | null {
  const found = findContainer(inventory, id);
  if (found === null) return null;
  const { names, state, image } = found.container;
  const name = names[0] ?? shortId(found.container.id);
  return { id: found.container.id, name, state, image, client: clientOf(inventory, found.daemon) };
}

export const shortId = (id: string): string => id.slice(0, 12);

/** A line of the client; null where it reaches nobody. */
export const clientLine = (client: readonly string[] | null, ...words: readonly string[]): string | null =>
  client === null ? null : shellLine(...client, ...words);

/** Of the snapshot's layout; null = not known. */
export const storeKeyOf = ({ layout }: Snapshot, daemon: Pick<DockerDaemon, 'key'> | null): string | null =>
  layout.daemons.find(({ key }) => key === daemon?.key)?.storeKey ?? null;

/** What people call a daemon: its socket, or where it keeps its data. */
export const daemonName = ({ socket, dataRoot, key }: Pick<DockerDaemon, 'socket' | 'dataRoot' | 'key'>): string =>
  socket ?? dataRoot ?? key;

/** A scope cannot be started again, and a user's manager holds the whole session (systemd.scope(5), user@.service(5)). */
const RESTARTABLE_UNIT = /^(?!user@).*\.service$/;
export const isRestartable = (unit: string | null): unit is string => unit !== null && RESTARTABLE_UNIT.test(unit);

/** Unit that starts and stops a daemon of the host; null = none does, or not known. A nested one's is its container's. */
export const unitOf = ({ unit, nestedInContainerId }: DockerDaemon): string | null =>
  nestedInContainerId === null && isRestartable(unit) ? unit : null;

export const restartUnit = (unit: string | null): string | null =>
  unit === null ? null : shellLine('systemctl', 'restart', '--', unit);
