import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCluster, embeddedPrograms, freePort, startServer } from '@silt/embedded-postgres';

const DEBIAN_FOLDER = '/usr/lib/postgresql/15/bin';
const SETTINGS = { max_connections: 200, shared_buffers: '128MB', max_wal_size: '2GB' };
const CARELESS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** `embedded`: of the npm package; `debian-15`: of the Debian package postgresql-15. */
export type PostgresEdition = 'embedded' | 'debian-15';

export const hasDebianPostgres = (): boolean => existsSync(`${DEBIAN_FOLDER}/postgres`);

export interface TestPostgresOptions {
  edition?: PostgresEdition;
  /** Writes reach the disk before COMMIT returns, as in production. Tests do without. */
  durable?: boolean;
}

export interface TestPostgres {
  /** Superuser of the database `postgres`, on 127.0.0.1. */
  url: string;
  /** Ends the server at once, as a crash does; its data stays. */
  crash(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** A server of its own in a temporary folder on a free port; also ended when this process exits. */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const { edition = 'embedded', durable = false } = options;
  const programs = programsOf(edition);
  const folder = mkdtempSync(join(tmpdir(), 'silt-postgres-'));
  const [cluster, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
  const password = randomBytes(16).toString('hex');
  writeFileSync(passwordFile, password);
  createCluster({ programs, cluster, passwordFile, options: ['--no-sync'] });
  const settings = { ...SETTINGS, ...(durable ? {} : CARELESS), port: await freePort() };
  const start = () => startServer({ programs, cluster, logFile: join(folder, 'log'), settings });
  let server = await start();
  const atExit = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', atExit);
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${settings.port}/postgres`,
    crash: () => endServer(server),
    restart: async () => {
      server = await start();
    },
    stop: async () => {
      await endServer(server);
      process.off('exit', atExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function programsOf(edition: PostgresEdition): { folder: string } {
  const programs = edition === 'debian-15' ? { folder: DEBIAN_FOLDER } : embeddedPrograms();
  if (!programs) throw new Error(`there is no embedded Postgres for ${process.platform} on ${process.arch}`);
  return programs;
}

/** SIGQUIT is the immediate shutdown of Postgres: nothing is flushed, sessions are cut. */
async function endServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGQUIT');
  await ended;
}
