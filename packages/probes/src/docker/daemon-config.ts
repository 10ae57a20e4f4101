import { flagOf, listOf, objectOf, parseObject, textOf } from './json.ts';

/** What daemon.json sets (docs.docker.com, dockerd reference); null = it does not. */
export interface DaemonConfig {
  hosts: string[];
  dataRoot: string | null;
  liveRestore: boolean | null;
  logMaxSizeSet: boolean;
  buildCacheGc: boolean | null;
}

const MAX_HOSTS = 16;

/** A file that is not there sets nothing, as an empty one does. */
export const EMPTY_CONFIG: DaemonConfig = {
  hosts: [],
  dataRoot: null,
  liveRestore: null,
  logMaxSizeSet: false,
  buildCacheGc: null,
};

/** null = no JSON object, with which dockerd would not have started. */
export function parseDaemonConfig(text: string): DaemonConfig | null {
  const plain = text.replace(/^\u{FEFF}/u, '');
  if (plain.trim() === '') return EMPTY_CONFIG;
  const fields = parseObject(plain);
  if (fields === null) return null;
  const gc = objectOf(objectOf(fields.builder)?.gc);
  return {
    hosts: listOf(fields.hosts)
      .slice(0, MAX_HOSTS)
      .flatMap((host) => textOf(host) ?? []),
    dataRoot: textOf(fields['data-root']) ?? textOf(fields.graph),
    liveRestore: flagOf(fields['live-restore']),
    logMaxSizeSet: textOf(objectOf(fields['log-opts'])?.['max-size']) !== null,
    buildCacheGc: gc === null ? null : flagOf(gc.enabled),
  };
}

/** `root` of containerd's config.toml, which stands before the first table; null = it is not set. */
export function parseContainerdRoot(text: string): string | null {
  for (const line of text.split('\n')) {
    if (/^\s*\[/.test(line)) return null;
    const value = /^\s*root\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?$/.exec(line);
    if (value !== null) return textOf(value[1]?.replace(/\\(["\\])/g, '$1') ?? value[2]);
  }
  return null;
}

/**
 * `MountFlags=` of a unit and its drop-ins, in the order they apply: the last one counts, an empty one takes it back
 * (systemd.exec(5)). Only of `[Service]`; a line that ends in a backslash goes on.
 */
export function parseMountFlags(texts: readonly string[]): string {
  let flags = '';
  for (const text of texts) {
    let section = '';
    for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
      section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
      const value = /^\s*MountFlags\s*=(.*)$/.exec(line)?.[1];
      if (section === 'Service' && value !== undefined) flags = value.trim();
    }
  }
  return flags;
}

/** Folders of systemd units, the strongest first (systemd.unit(5)). */
const UNIT_FOLDERS = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];
export const unitPaths = (unit: string): string[] => UNIT_FOLDERS.map((folder) => `${folder}/${unit}`);

/** Drop-ins in the order they apply: by name, and of two with one name the one in the strongest folder. */
export function orderDropIns(folders: readonly { folder: string; names: readonly string[] }[]): string[] {
  const byName = new Map<string, string>();
  for (const { folder, names } of folders) {
    for (const name of names) if (name.endsWith('.conf') && !byName.has(name)) byName.set(name, `${folder}/${name}`);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}
