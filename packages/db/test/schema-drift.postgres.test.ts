import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDatabase } from '../src/client.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const PRISMA = fileURLToPath(new URL('build/index.js', import.meta.resolve('prisma/package.json')));

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => database.drop());

/** What `prisma migrate diff` finds between the database and schema.prisma. `code`: 0 = nothing, 2 = a difference. */
function diff(): Promise<{ code: unknown; output: string }> {
  const args = [PRISMA, 'migrate', 'diff', '--from-config-datasource', '--exit-code'];
  const env = {
    ...process.env,
    DATABASE_URL: database.adminUrl,
    PRISMA_SCHEMA_ENGINE_BINARY: here('prisma-schema-engine.mjs'),
    CHECKPOINT_DISABLE: '1',
  };
  const options = { cwd: here('.'), env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args, '--to-schema', '../../prisma/schema.prisma'],
      options,
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}` }),
    );
  });
}

test('the migrations make what schema.prisma says', async () => {
  expect(await diff()).toEqual({ code: 0, output: expect.stringContaining('No difference detected') });
});

test('a column or key that differs is found', async () => {
  const admin = openDatabase(database.adminUrl, { applicationName: 'test', max: 1 });
  await admin.unsafe(
    'ALTER TABLE host ADD COLUMN colour text; ALTER TABLE resource DROP CONSTRAINT resource_pkey CASCADE',
  );
  await admin.end();
  const { code, output } = await diff();
  expect(code).toBe(2);
  expect(output).toContain('colour');
  expect(output).toMatch(/`resource`/);
});
