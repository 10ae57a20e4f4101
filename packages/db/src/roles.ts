import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

/** Roles of `docs/architecture.md`; all may log in, none is a superuser, none bypasses row-level security. */
export const ROLES = ['silt_owner', 'silt_web', 'silt_ingest', 'silt_worker', 'silt_auth'] as const;
export type Role = (typeof ROLES)[number];
export type RolePasswords = Record<Role, string>;

/** Schema of the job queue; its library migrates it, as the worker. */
export const QUEUE_SCHEMA = 'pgboss';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DUPLICATE_OBJECT = '42710';
const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
const INTERNAL_ERROR = 'XX000';
const RACES: ReadonlySet<string> = new Set([DUPLICATE_OBJECT, UNIQUE_VIOLATION, DEADLOCK]);
/** Of setups that run at once on one server, one is done at each try: so many may. */
const MAX_TRIES = 20;
const RETRY_MILLISECONDS = 20;

/**
 * Makes the roles that are missing, sets their passwords, and gives the owner the public schema of the database and
 * the worker a schema for its queue. Safe to run at each start, also in several databases of one server at once.
 *
 * @param adminUrl a user with CREATEROLE who owns the database, or a superuser.
 */
export async function ensureRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {}, connection: { application_name: 'silt-setup' } });
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        await sql.begin((tx) => ensureAll(tx, passwords));
        return;
      } catch (error) {
        if (tries === MAX_TRIES || !isFromAnotherDatabase(error)) throw error;
        await sleep(RETRY_MILLISECONDS);
      }
    }
  } finally {
    await sql.end();
  }
}

async function ensureAll(tx: postgres.TransactionSql, passwords: RolePasswords): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(hashtext('silt.roles'))`;
  for (const role of ROLES) await ensureRole(tx, role, passwords[role]);
  await tx`GRANT silt_owner, silt_worker TO CURRENT_USER`;
  await tx`ALTER SCHEMA public OWNER TO silt_owner`;
  await tx`REVOKE CREATE ON SCHEMA public FROM PUBLIC`;
  await tx.unsafe(`CREATE SCHEMA IF NOT EXISTS ${QUEUE_SCHEMA} AUTHORIZATION silt_worker`);
}

/**
 * Roles are of the whole server, the advisory lock is of one database: a setup in another one may write the same role
 * (`tuple concurrently updated`, told by where it is raised, since its text is in the server's language), make it first,
 * before or after this one looks for it again, or wait for this one.
 */
function isFromAnotherDatabase(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError)) return false;
  const { code, routine } = error;
  return RACES.has(code) || (code === INTERNAL_ERROR && routine === 'simple_heap_update');
}

async function ensureRole(tx: postgres.TransactionSql, role: Role, password: string): Promise<void> {
  const [found] = await tx`SELECT 1 FROM pg_roles WHERE rolname = ${role}`;
  const [quoted] = await tx<[{ password: string }]>`SELECT quote_literal(${password}) AS password`;
  const verb = found ? 'ALTER' : 'CREATE';
  await tx.unsafe(`${verb} ROLE ${role} LOGIN PASSWORD ${quoted.password}`);
}

/** The same server and database, as another role. */
export function urlOfRole(adminUrl: string, role: Role, passwords: RolePasswords): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = encodeURIComponent(passwords[role]);
  return url.toString();
}
