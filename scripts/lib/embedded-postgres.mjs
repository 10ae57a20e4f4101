import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createCluster, embeddedPrograms, freePort, startServer } from '../../packages/embedded-postgres/index.mjs';
import { endProcess, isAlive } from './processes.mjs';
import { SentenceError } from './sentence-error.mjs';

const STOP_GRACE_MILLISECONDS = 15_000;
const SETTINGS = {
  max_connections: 100,
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  log_min_messages: 'warning',
};

/**
 * Starts the Postgres of the npm package on the data folder; one that a killed Silt left running is stopped first.
 * @returns {Promise<{ url: string, version: string, child: import('node:child_process').ChildProcess,
 *   stop: () => Promise<void> }>} `url`: superuser of the database `postgres`.
 */
export async function startEmbeddedPostgres({ dataFolder, logFile }) {
  const programs = embeddedPrograms();
  if (!programs) {
    throw new SentenceError(
      `There is no embedded Postgres for ${process.platform} on ${process.arch}; set DATABASE_URL to a server of yours.`,
    );
  }
  const cluster = `${dataFolder}/postgres`;
  const passwordFile = `${dataFolder}/secrets/postgres`;
  checkVersion(cluster, programs.version.split('.')[0]);
  await stopLeftover(cluster);
  if (!existsSync(`${cluster}/PG_VERSION`)) makeCluster({ programs, cluster, passwordFile });
  const port = await freePort();
  const child = await startServer({ programs, cluster, logFile, settings: { ...SETTINGS, port } }).catch((error) => {
    throw new SentenceError(error.message);
  });
  const password = readFileSync(passwordFile, 'utf8').trim();
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    version: programs.version,
    child,
    stop: () => endProcess(child.pid, { signal: 'SIGINT', graceMilliseconds: STOP_GRACE_MILLISECONDS }),
  };
}

function makeCluster({ programs, cluster, passwordFile }) {
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  try {
    createCluster({ programs, cluster, passwordFile });
  } catch ({ message }) {
    rmSync(cluster, { recursive: true, force: true });
    throw new SentenceError(
      message.startsWith('unshare')
        ? `Postgres does not run as root, and no user namespace can be made here (${message}); run Silt as an ordinary user, or set DATABASE_URL.`
        : `The embedded Postgres could not be set up: ${message}`,
    );
  }
}

function checkVersion(cluster, brought) {
  if (!existsSync(`${cluster}/PG_VERSION`)) return;
  const found = readFileSync(`${cluster}/PG_VERSION`, 'utf8').trim();
  if (found === brought) return;
  throw new SentenceError(
    `The data folder holds a Postgres ${found} cluster, and this Silt brings Postgres ${brought}; ` +
      `serve it with Postgres ${found} and DATABASE_URL, or choose another --data folder.`,
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
