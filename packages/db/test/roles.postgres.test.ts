import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureRoles, QUEUE_SCHEMA, ROLES, type RolePasswords, urlOfRole } from '../src/roles.ts';
import { startTestPostgres, type TestPostgres } from '../src/testing/index.ts';

const DATABASES = ['one', 'two', 'three', 'four', 'five', 'six'];
const ROUNDS = 8;
const PASSWORDS = Object.fromEntries(ROLES.map((role) => [role, `${role}'s "own"`])) as RolePasswords;

/** Without any role of Silt, and of the edition that the other tests use. */
let server: TestPostgres;
let urls: string[];

beforeAll(async () => {
  const others = postgres(inject('postgresUrl'), { max: 1 });
  const [{ version }] = await others<[{ version: string }]>`SELECT current_setting('server_version_num') AS version`;
  await others.end();
  server = await startTestPostgres({ edition: version.startsWith('15') ? 'debian-15' : 'embedded' });
  const admin = postgres(server.url, { max: 1 });
  for (const name of DATABASES) await admin.unsafe(`CREATE DATABASE ${name}`);
  await admin.end();
  urls = DATABASES.map((name) => Object.assign(new URL(server.url), { pathname: `/${name}` }).toString());
});
afterAll(() => server.stop());

/** As before the first setup. */
async function forgetRoles(): Promise<void> {
  for (const url of urls) {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql.unsafe(`DROP SCHEMA IF EXISTS ${QUEUE_SCHEMA}; ALTER SCHEMA public OWNER TO CURRENT_USER`);
    await sql.end();
  }
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  for (const role of ROLES) await sql.unsafe(`DROP ROLE IF EXISTS ${role}`);
  await sql.end();
}

test('setups in several databases of one server at once all come to their end, the first ones too', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    await forgetRoles();
    for (let again = 0; again < 2; again += 1) {
      const setups = await Promise.allSettled(urls.map((url) => ensureRoles(url, PASSWORDS)));
      expect(setups).toEqual(urls.map(() => ({ status: 'fulfilled', value: undefined })));
    }
  }
  for (const url of urls) {
    const sql = postgres(urlOfRole(url, 'silt_worker', PASSWORDS), { max: 1 });
    expect(await sql`SELECT current_user AS role, to_regnamespace('pgboss') IS NOT NULL AS queue`).toEqual([
      { role: 'silt_worker', queue: true },
    ]);
    await sql.end();
  }
});

test('a failure that is no race is told at once', async () => {
  const [url = ''] = urls;
  const sql = postgres(url, { max: 1 });
  await sql`CREATE ROLE nobody LOGIN PASSWORD 'x'`;
  await sql.end();
  const asNobody = Object.assign(new URL(url), { username: 'nobody', password: 'x' }).toString();
  await expect(ensureRoles(asNobody, PASSWORDS)).rejects.toMatchObject({ code: '42501' });
});
