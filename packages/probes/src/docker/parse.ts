import type { Daemon } from '@silt/domain';

/** Answers of GET /version and GET /info (Docker Engine API 1.24 and later) as one daemon; a sentence part = they are not it. */
export function parseDaemon(socket: string, version: string, info: string): Omit<Daemon, 'storeKey'> | string {
  const versionFields = parseObject(version);
  if (versionFields === null) return 'the answer to /version is no JSON object';
  const infoFields = parseObject(info);
  if (infoFields === null) return 'the answer to /info is no JSON object';
  const text = (fields: Record<string, unknown>, name: string): string | null => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT && !value.includes('\0')
      ? value
      : null;
  };
  const engine = text(versionFields, 'Version');
  const apiVersion = text(versionFields, 'ApiVersion');
  const storageDriver = text(infoFields, 'Driver');
  const dataRoot = text(infoFields, 'DockerRootDir');
  if (engine === null || apiVersion === null) return 'the answer to /version has no Version and ApiVersion';
  if (storageDriver === null || dataRoot === null) return 'the answer to /info has no Driver and DockerRootDir';
  const liveRestore = infoFields.LiveRestoreEnabled;
  return {
    key: `docker:${socket}`,
    kind: 'docker',
    socket,
    version: engine,
    apiVersion,
    storageDriver,
    dataRoot,
    liveRestore: typeof liveRestore === 'boolean' ? liveRestore : null,
  };
}

const MAX_TEXT = 4_096;

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
