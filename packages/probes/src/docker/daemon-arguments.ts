/** What a dockerd was started with (dockerd --help, 1.11 to 29); null = that flag was not given. */
export interface DockerdArguments {
  /** `unix:///var/run/docker.sock`, `tcp://0.0.0.0:2375`, `fd://`. */
  hosts: string[];
  dataRoot: string | null;
  configFile: string | null;
  rootless: boolean;
  logMaxSizeSet: boolean;
}

export interface ContainerdArguments {
  root: string | null;
  configFile: string | null;
}

const HOST_FLAGS = ['-H', '--host'];
const DATA_ROOT_FLAGS = ['--data-root', '--graph', '-g'];
const MAX_HOSTS = 16;
/** PATH_MAX of Linux, with the NUL at its end, less what a key has before and after it. Nothing lies at a longer one. */
const MAX_PATH_CHARACTERS = 4_000;

/** Of /proc/<pid>/cmdline, the program's name left out or not. */
export function parseDockerdArguments(words: readonly string[]): DockerdArguments {
  const flags = flagsOf(words, [...HOST_FLAGS, ...DATA_ROOT_FLAGS, '--config-file', '--log-opt']);
  const last = (names: readonly string[]): string | null =>
    flags.findLast(([name, value]) => names.includes(name) && value.length <= MAX_PATH_CHARACTERS)?.[1] ?? null;
  return {
    hosts: flags.flatMap(([name, value]) => (HOST_FLAGS.includes(name) ? [value] : [])).slice(0, MAX_HOSTS),
    dataRoot: last(DATA_ROOT_FLAGS),
    configFile: last(['--config-file']),
    rootless: words.includes('--rootless') || words.includes('--rootless=true'),
    logMaxSizeSet: flags.some(([name, value]) => name === '--log-opt' && value.startsWith('max-size=')),
  };
}

export function parseContainerdArguments(words: readonly string[]): ContainerdArguments {
  const flags = flagsOf(words, ['--root', '--config', '-c']);
  const last = (names: readonly string[]): string | null =>
    flags.findLast(([name, value]) => names.includes(name) && value.length <= MAX_PATH_CHARACTERS)?.[1] ?? null;
  return { root: last(['--root']), configFile: last(['--config', '-c']) };
}

/** The flags that take a value: `--flag value`, `--flag=value`, and `-Hvalue` of the short ones. */
function flagsOf(words: readonly string[], names: readonly string[]): [string, string][] {
  const flags: [string, string][] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const name = names.find((one) => word === one || word.startsWith(`${one}=`) || isJoined(one, word));
    if (name === undefined) continue;
    if (word === name) index += 1;
    const value = word === name ? words[index] : word.slice(name.length).replace(/^=/, '');
    if (value !== undefined && value !== '') flags.push([name, value]);
  }
  return flags;
}

const isJoined = (name: string, word: string): boolean => name.length === 2 && word.startsWith(name);

/** Paths of the `unix://` ones among hosts; `fd://` stands for the socket that systemd made, at its usual place. */
export function socketPathsOf(hosts: readonly string[]): string[] {
  if (hosts.length === 0) return [DEFAULT_SOCKET];
  return hosts.flatMap((host) => {
    if (host.startsWith('fd://') || host === 'unix://') return [DEFAULT_SOCKET];
    const path = host.startsWith('unix://') ? host.slice('unix://'.length) : '';
    const isPath = path.startsWith('/') && path.length <= MAX_PATH_CHARACTERS && !path.includes('\0');
    return isPath ? [path] : [];
  });
}

const DEFAULT_SOCKET = '/var/run/docker.sock';
