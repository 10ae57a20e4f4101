import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { migrate } from '../migrate.ts';
import { ensureRoles, ROLES, type Role, type RolePasswords, urlOfRole } from '../roles.ts';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));
const TEMPLATE = 'silt_template';
const PASSWORDS = Object.fromEntries(ROLES.map((role) => [role, `${role}-in-a-test`])) as RolePasswords;

export interface TestDatabase {
  name: string;
  /** Superuser. */
  adminUrl: string;
  /** The same database as each role of Silt. */
  urls: Record<Role, string>;
  drop(): Promise<void>;
}

/**
 * A fresh, migrated database on a test server; a test makes one for itself. The first call on a server migrates a
 * template, the others copy it.
 *
 * @param serverUrl superuser; in tests `inject('postgresUrl')`.
 */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  return createDatabase(serverUrl, TEMPLATE);
}

/** A fresh database with the roles but without any table. */
export async function createEmptyTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const database = await createDatabase(serverUrl, 'template1');
  await ensureRoles(database.adminUrl, PASSWORDS);
  return database;
}

async function createDatabase(serverUrl: string, template: string): Promise<TestDatabase> {
  const name = `silt_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (sql) => {
    if (template === TEMPLATE) await ensureTemplate(sql, serverUrl);
    await sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const adminUrl = urlOfDatabase(serverUrl, name);
  const urls = Object.fromEntries(ROLES.map((role) => [role, urlOfRole(adminUrl, role, PASSWORDS)]));
  return {
    name,
    adminUrl,
    urls: urls as Record<Role, string>,
    drop: () => onServer(serverUrl, async (sql) => void (await sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}

/** Several test processes share a server: one of them makes the template, the others wait for it. */
async function ensureTemplate(sql: postgres.Sql, serverUrl: string): Promise<void> {
  await sql`SELECT pg_advisory_lock(hashtext(${TEMPLATE}))`;
  try {
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${TEMPLATE}`;
    if (found) return;
    const draft = `${TEMPLATE}_draft`;
    await sql.unsafe(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await sql.unsafe(`CREATE DATABASE ${draft}`);
    const draftUrl = urlOfDatabase(serverUrl, draft);
    await ensureRoles(draftUrl, PASSWORDS);
    await migrate(urlOfRole(draftUrl, 'silt_owner', PASSWORDS), MIGRATIONS_FOLDER);
    await sql.unsafe(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
  } finally {
    await sql`SELECT pg_advisory_unlock(hashtext(${TEMPLATE}))`;
  }
}

async function onServer(serverUrl: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
