import { readdirSync, readFileSync } from 'node:fs';
import type { Sql } from '@silt/db';

/** USER_HZ of every Linux architecture that Node runs on (getconf CLK_TCK). */
const TICKS_A_SECOND = 100;
/** proc_pid_stat(5), counted from the field after the program's name: ppid, utime, stime, cutime, cstime. */
const PPID = 1;
const UTIME = 11;
const OWN = 2;
const WITH_ENDED = 4;

/** The process that all others of a server on this machine are children of. */
export async function readPostmaster(sql: Sql): Promise<number> {
  const [row] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
  return Number(statOf(row.pid)?.[PPID]);
}

/** CPU seconds that a server has taken so far, those of its processes that have ended too. */
export function postgresCpuSeconds(postmaster: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((fields) => fields !== null && Number(fields[PPID]) === postmaster);
  const own = statOf(postmaster);
  if (own === null) throw new Error('Postgres is not on this machine');
  return children.reduce((sum, fields) => sum + seconds(fields ?? [], OWN), seconds(own, WITH_ENDED));
}

const seconds = (fields: readonly string[], count: number): number =>
  fields.slice(UTIME, UTIME + count).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;

/** null = it has ended. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
