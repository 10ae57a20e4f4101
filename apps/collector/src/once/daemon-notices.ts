import { type DockerDaemon, sharedDataRoots } from '@silt/domain';
import { containerName } from './container-nodes.ts';
import { addressWords } from './docker-nodes.ts';
import { few, listed } from './few.ts';
import type { HostView } from './host-view.ts';
import { shortId, shortName, shortPath } from './shorten.ts';
import { counted } from './shorten-list.ts';

/** Of how daemons are set up. */
export function daemonNotices({ inventory }: HostView): string[] {
  const daemons = inventory.docker?.daemons ?? [];
  return [
    ...few('data roots with several daemons', sharedDataRoots(daemons).map(sharedNotice)),
    ...few(
      'facts of daemons',
      daemons.flatMap((daemon) => setupNotices(daemon, daemons)),
    ),
  ];
}

const sharedNotice = (daemons: readonly DockerDaemon[]): string =>
  `${daemons.length} Docker daemons share the data root ${shortPath(daemons[0]?.dataRoot ?? '')}: ${listed(daemons.map(processWords))}.`;

function setupNotices(daemon: DockerDaemon, all: readonly DockerDaemon[]): string[] {
  const { listeners, mountFlags, liveRestore, dataRootMount, dataRoot, containers } = daemon;
  const name = daemonWords(daemon, all);
  const found: string[] = [];
  const plain = (listeners ?? []).filter(({ isPlain }) => isPlain === true).map(addressWords);
  if (plain.length > 0) found.push(`${name} answers without TLS at ${listed(plain)}.`);
  if (/\b(slave|private)\b/.test(mountFlags ?? '') && liveRestore === true) {
    found.push(
      `${name} has MountFlags=${shortName(mountFlags ?? '')} with live-restore: started anew, it does not see the mounts of containers that kept running.`,
    );
  }
  if (dataRootMount?.isNetwork === true) {
    const { type, source } = dataRootMount;
    found.push(
      `${name} keeps its data root ${shortPath(dataRoot ?? '')} on a network file system: ${shortName(type)} of ${shortPath(source)}.`,
    );
  }
  const unlimited = (containers ?? []).filter(
    ({ details }) => details?.logDriver === 'json-file' && details.logMaxSizeSet === false,
  ).length;
  if (unlimited > 0) {
    const logs = unlimited === 1 ? 'writes a json-file log' : 'write json-file logs';
    found.push(`${counted(unlimited, 'container')} of ${name} ${logs} without a limit of size.`);
  }
  return found;
}

function daemonWords(daemon: DockerDaemon, all: readonly DockerDaemon[]): string {
  const { nestedInContainerId: id } = daemon;
  if (id === null) return `Docker (${processWords(daemon)})`;
  const container = all.flatMap(({ containers }) => containers ?? []).find((one) => one.id === id);
  const name = container === undefined ? shortId(id) : shortName(containerName(container));
  return `Docker in container ${name} (${processWords(daemon)})`;
}

const processWords = ({ pid, socket }: DockerDaemon): string =>
  pid === null ? `at ${shortPath(socket ?? 'no socket')}` : `process ${pid}`;
