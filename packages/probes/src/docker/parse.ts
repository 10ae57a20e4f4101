import type { Daemon } from '@silt/domain';
import { flagOf, parseObject, textOf } from './json.ts';

/** Answers of GET /version and GET /info (Docker Engine API 1.24 and later) as one daemon; a sentence part = they are not it. */
export function parseDaemon(socket: string, version: string, info: string): Omit<Daemon, 'storeKey'> | string {
  const versionFields = parseObject(version);
  if (versionFields === null) return 'the answer to /version is no JSON object';
  const infoFields = parseObject(info);
  if (infoFields === null) return 'the answer to /info is no JSON object';
  const engine = textOf(versionFields.Version);
  const apiVersion = textOf(versionFields.ApiVersion);
  const storageDriver = textOf(infoFields.Driver);
  const dataRoot = textOf(infoFields.DockerRootDir);
  if (engine === null || apiVersion === null) return 'the answer to /version has no Version and ApiVersion';
  if (storageDriver === null || dataRoot === null) return 'the answer to /info has no Driver and DockerRootDir';
  return {
    key: `docker:${socket}`,
    kind: 'docker',
    socket,
    version: engine,
    apiVersion,
    storageDriver,
    dataRoot,
    liveRestore: flagOf(infoFields.LiveRestoreEnabled),
  };
}
