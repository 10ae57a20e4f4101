import { ensureRoles, MigrationError, migrate, openDatabase, type RolePasswords, urlOfRole } from '@silt/db';
import { databaseSentence } from './database-sentence.ts';
import { type Seeded, type SeedOptions, seedDatabase } from './seed-database.ts';

/** Oldest major version that the migrations and queries are written for. */
export const MIN_POSTGRES_MAJOR = 15;
const INSUFFICIENT_PRIVILEGE = '42501';

/** What a person can mend; `message` is one sentence that says what to do. */
export class SetupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SetupError';
  }
}

export interface PrepareOptions extends SeedOptions {
  /** A user with CREATEROLE who owns the database, or a superuser. Names the database. */
  adminUrl: string;
  passwords: RolePasswords;
  /** Folder of migrations in Prisma's layout. */
  migrationsFolder: string;
}

export interface Prepared extends Seeded {
  databaseUrls: { web: string; auth: string; ingest: string; worker: string };
}

/**
 * Makes the database ready for the programs: roles, schema, first organisation, a token for this machine's collector, and, as long as
 * nobody has an account, the owner's one-time token. Safe to run at each start.
 *
 * @throws SetupError
 */
export async function prepareDatabase(options: PrepareOptions): Promise<Prepared> {
  const { adminUrl, passwords, migrationsFolder } = options;
  const urlOf = (role: Parameters<typeof urlOfRole>[1]): string => urlOfRole(adminUrl, role, passwords);
  try {
    await checkVersion(adminUrl);
    await makeRoles(adminUrl, passwords);
    await migrate(urlOf('silt_owner'), migrationsFolder);
    const seeded = await seedDatabase(urlOf('silt_owner'), options);
    const databaseUrls = {
      web: urlOf('silt_web'),
      auth: urlOf('silt_auth'),
      ingest: urlOf('silt_ingest'),
      worker: urlOf('silt_worker'),
    };
    return { databaseUrls, ...seeded };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    if (error instanceof MigrationError) throw new SetupError(error.message, { cause: error });
    const sentence = databaseSentence(error, adminUrl);
    if (sentence === null) throw error;
    throw new SetupError(sentence, { cause: error });
  }
}

async function checkVersion(adminUrl: string): Promise<void> {
  const sql = openDatabase(adminUrl, { applicationName: 'silt-setup', max: 1 });
  try {
    const [row] = await sql<[{ version: string; number: string }]>`
      SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number`;
    if (Number(row.number) < MIN_POSTGRES_MAJOR * 10_000) {
      throw new SetupError(`Silt needs Postgres ${MIN_POSTGRES_MAJOR} or newer; this server is ${row.version}.`);
    }
  } finally {
    await sql.end();
  }
}

async function makeRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  try {
    await ensureRoles(adminUrl, passwords);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
    const user = decodeURIComponent(new URL(adminUrl).username);
    throw new SetupError(
      `The user "${user}" may not make Silt's roles (${error.message}); use a superuser, or a role with CREATEROLE that owns the database.`,
      { cause: error },
    );
  }
}
