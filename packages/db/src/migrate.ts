import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, type Sql, type TransactionSql } from './client.ts';

/** The advisory lock that Prisma's CLI takes, so that it and this function keep out of each other's way. */
const PRISMA_LOCK = 72_707_369;

/** `message` says what to do. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

interface Migration {
  name: string;
  script: string;
  /** sha256 of the file, hexadecimal, as Prisma's CLI writes it. */
  checksum: string;
}

/**
 * Applies what is missing of a folder in Prisma's layout (`<time>_<name>/migration.sql`), in order of name, each in a
 * transaction of its own, and keeps `_prisma_migrations` so that Prisma's CLI agrees.
 *
 * @param ownerUrl role that owns the schema.
 * @returns names of the migrations applied now.
 * @throws MigrationError when one fails (nothing of it stays), when an applied one was changed or is not in the folder.
 */
export async function migrate(ownerUrl: string, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const sql = openDatabase(ownerUrl, { applicationName: 'silt-migrate', max: 1 });
  try {
    await sql`SELECT pg_advisory_lock(${PRISMA_LOCK}::bigint)`;
    await ensureTable(sql);
    const missing = missingMigrations(migrations, await readApplied(sql));
    for (const migration of missing) await apply(sql, migration);
    return missing.map((migration) => migration.name);
  } finally {
    await sql.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      return { name, script: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}

/** The table as Prisma's schema engine makes it. */
async function ensureTable(sql: Sql): Promise<void> {
  await sql.unsafe(`
    CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    );
    COMMENT ON TABLE _prisma_migrations IS 'distribution: local'`);
}

interface Applied {
  name: string;
  checksum: string;
  finished: boolean;
}

async function readApplied(sql: Sql): Promise<Applied[]> {
  return sql<Applied[]>`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`;
}

function missingMigrations(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new MigrationError(
        `The database holds the migration ${name}, which this version does not know; use a newer version.`,
      );
    }
    if (!finished) {
      throw new MigrationError(
        `The migration ${name} was begun by another program and not finished; restore the database or resolve it with Prisma's CLI.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        `The migration ${name} was changed after it had been applied; undo the change and add a new migration.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function apply(sql: Sql, migration: Migration): Promise<void> {
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe(migration.script);
      await record(tx, migration);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`The migration ${migration.name} failed, and nothing of it was kept: ${reason}`, {
      cause: error,
    });
  }
}

async function record(tx: TransactionSql, { name, checksum }: Migration): Promise<void> {
  await tx`
    INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES (${randomUUID()}, ${checksum}, ${name}, now(), clock_timestamp(), 1)`;
}
