import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openDatabase, type Sql } from '../src/client.ts';
import { migrate } from '../src/migrate.ts';
import { createEmptyTestDatabase, MIGRATIONS_FOLDER, type TestDatabase } from '../src/testing/index.ts';

let database: TestDatabase;
let admin: Sql;
let folder: string;

beforeEach(async () => {
  database = await createEmptyTestDatabase(inject('postgresUrl'));
  admin = openDatabase(database.adminUrl, { applicationName: 'test', max: 2 });
  folder = await mkdtemp(join(tmpdir(), 'silt-migrations-'));
});
afterEach(async () => {
  await admin.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function write(name: string, script: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), script);
}
const run = () => migrate(database.urls.silt_owner, folder);

test('every migration of the product is applied once, and recorded as the Prisma CLI records it', async () => {
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
  const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name !== 'migration_lock.toml').sort();
  expect(await run()).toEqual(names);
  expect(await run()).toEqual([]);
  const rows = await admin`SELECT * FROM _prisma_migrations ORDER BY migration_name`;
  expect(rows.map((row) => row.migration_name)).toEqual(names);
  const [first] = rows;
  const file = await readFile(join(folder, String(names[0]), 'migration.sql'));
  expect(first?.checksum).toBe(createHash('sha256').update(file).digest('hex'));
  expect(first?.applied_steps_count).toBe(1);
  expect(first?.finished_at).toBeInstanceOf(Date);
});

test('migrations run in the order of their names', async () => {
  await write('20260102000000_fill', 'INSERT INTO t VALUES (1);');
  await write('20260101000000_create', 'CREATE TABLE t (a int);');
  expect(await run()).toEqual(['20260101000000_create', '20260102000000_fill']);
});

test('two starts at the same time apply a migration once', async () => {
  await write('20260101000000_create', 'SELECT pg_sleep(0.2); CREATE TABLE t (a int);');
  const results = await Promise.all([run(), run()]);
  expect(results.map((names) => names.length).sort()).toEqual([0, 1]);
});

test('a failed migration leaves nothing, the ones before it stay, and it can be mended and run again', async () => {
  await write('20260101000000_create', 'CREATE TABLE t (a int);');
  await write('20260102000000_break', 'CREATE TABLE u (a int); INSERT INTO missing VALUES (1);');
  await expect(run()).rejects.toThrow(/20260102000000_break failed, and nothing of it was kept: .*"missing" does not/);
  expect((await admin`SELECT to_regclass('t') IS NOT NULL AS t, to_regclass('u') IS NOT NULL AS u`)[0]).toEqual({
    t: true,
    u: false,
  });
  await write('20260102000000_break', 'CREATE TABLE u (a int);');
  expect(await run()).toEqual(['20260102000000_break']);
});

test('a migration changed after it was applied is an error that names it', async () => {
  await write('20260101000000_create', 'CREATE TABLE t (a int);');
  await run();
  await write('20260101000000_create', 'CREATE TABLE t (a int, b int);');
  await expect(run()).rejects.toThrow(/20260101000000_create was changed after it had been applied/);
});

test('a database of a newer version is refused', async () => {
  await write('20260101000000_create', 'CREATE TABLE t (a int);');
  await run();
  await rm(join(folder, '20260101000000_create'), { recursive: true });
  await expect(run()).rejects.toThrow(/which this version does not know; use a newer version/);
});
