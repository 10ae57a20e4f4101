import { openDatabase, type Sql } from '@silt/db';
import { startTestPostgres } from '@silt/db/testing';
import { childrenOf, isRunning } from './process-memory.ts';
import { until } from './wait.ts';

const END_SECONDS = 20;

/** A Postgres of its own, with fsync, that can be killed and stopped as a whole. */
export interface FaultPostgres {
  /** Superuser. */
  url: string;
  /** Of the postmaster. */
  pid(): number;
  /** SIGKILL to the postmaster and to all its children; settles when none of them runs. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** SIGSTOP to all of it: connections stand, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** One statement as the superuser, outside of any database of a stage. */
  run(statement: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultPostgres(): Promise<FaultPostgres> {
  const server = await startTestPostgres({ durable: true });
  let pid = await postmasterOf(server.url);
  let frozen: number[] = [];
  const family = () => [pid, ...childrenOf(pid)];
  const thaw = () => {
    for (const one of frozen) signal(one, 'SIGCONT');
    frozen = [];
  };
  return {
    url: server.url,
    pid: () => pid,
    async kill() {
      const all = family();
      for (const one of all) signal(one, 'SIGKILL');
      await until(() => !all.some(isRunning), { seconds: END_SECONDS, what: 'all of the killed Postgres ended' });
    },
    async restart() {
      await server.restart();
      pid = await postmasterOf(server.url);
    },
    freeze() {
      // The postmaster first: it makes no new child then.
      signal(pid, 'SIGSTOP');
      frozen = family();
      for (const one of frozen) signal(one, 'SIGSTOP');
    },
    thaw,
    run: (statement) => onServer(server.url, (sql) => sql.unsafe(statement)).then(() => {}),
    async stop() {
      thaw();
      await server.stop();
    },
  };
}

async function postmasterOf(url: string): Promise<number> {
  const rows = await onServer(url, (sql) => sql<[{ text: string }]>`SELECT pg_read_file('postmaster.pid') AS text`);
  return Number(rows[0].text.split('\n')[0]);
}

async function onServer<Result>(url: string, work: (sql: Sql) => PromiseLike<Result>): Promise<Result> {
  const sql = openDatabase(url, { applicationName: 'silt-faults', max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
