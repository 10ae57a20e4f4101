import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enrolCollector, findEnrolmentTarget, openDatabase, type Sql } from '@silt/db';
import { MIGRATIONS_FOLDER, startTestPostgres, type TestPostgres } from '@silt/db/testing';
import { openWebServices } from '@silt/services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Of its own: roles belong to a server, and each preparation sets their passwords. */
let server: TestPostgres;
let folder: string;
let adminUrl: string;
let databases = 0;

async function onServer(statement: string): Promise<void> {
  const sql = openDatabase(server.url, { applicationName: 'test', max: 1 });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

function urlOf(change: Partial<Record<'username' | 'password' | 'pathname' | 'port', string>>): string {
  return Object.assign(new URL(adminUrl), change).toString();
}

beforeAll(async () => {
  server = await startTestPostgres();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'silt-setup-'));
  databases += 1;
  const name = `silt_setup_${databases}`;
  await onServer(`CREATE DATABASE ${name}`);
  adminUrl = server.url;
  adminUrl = urlOf({ pathname: `/${name}` });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => server.stop());

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(
  environment: Record<string, string> = {},
  args = ['prepare', '--collector-state', join(folder, 'collector')],
) {
  const env = {
    PATH: process.env.PATH,
    SILT_ADMIN_DATABASE_URL: adminUrl,
    SILT_ROLE_PASSWORDS_FILE: join(folder, 'secrets/roles.json'),
    SILT_MIGRATIONS_DIR: MIGRATIONS_FOLDER,
    ...environment,
  };
  return new Promise<Outcome>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

async function prepared(environment?: Record<string, string>) {
  const { code, stdout, stderr } = await run(environment);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toHaveLength(2);
  return JSON.parse(stdout);
}

const tokenFile = () => join(folder, 'collector/enrolment-token');
const identityFile = () => join(folder, 'collector/identity.json');
const enrolmentToken = () => readFileSync(tokenFile(), 'utf8');

/** As if the collector had enrolled with its token; its host and key. */
async function enrol(): Promise<{ hostId: string; key: string }> {
  const owner = openDatabase(adminUrl, { applicationName: 'test', max: 1 });
  try {
    const facts = {
      machineId: '9f'.repeat(32),
      name: 'a',
      kernelRelease: '6',
      distribution: null,
      architecture: 'x64',
    };
    const request = { facts, publicKey: Buffer.alloc(32, 1), collectorVersion: '0.1.0', address: null };
    const target = await findEnrolmentTarget(owner, { token: enrolmentToken().trim(), facts });
    const expected = target?.host?.id ?? null;
    const enrolled = await enrolCollector(owner, { ...request, token: enrolmentToken().trim() }, expected);
    if (typeof enrolled === 'string') throw new Error(enrolled);
    const identity = { hostId: enrolled.hostPublicId, key: enrolled.keyId };
    writeFileSync(identityFile(), JSON.stringify({ ...identity, server: 'ws://127.0.0.1:4301' }));
    rmSync(tokenFile());
    return identity;
  } finally {
    await owner.end();
  }
}

async function refusal(environment: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await run(environment);
  expect(code).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr.trim();
}

describe('prepare', () => {
  test('an empty database becomes one that every program can use', async () => {
    const report = await prepared();
    expect(Object.keys(report).sort()).toEqual(['databaseUrls', 'organisationId', 'ownerToken']);
    for (const url of Object.values<string>(report.databaseUrls)) {
      const sql = openDatabase(url, { applicationName: 'test', max: 1 });
      expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
      await sql.end();
    }
    expect(enrolmentToken()).toMatch(/^silt-enrol-[\w-]{43}\n$/);
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'secrets/roles.json')).mode & 0o777).toBe(0o600);
  });

  test('its owner token makes the owner, after whom there is none', async () => {
    const { databaseUrls, ownerToken, organisationId } = await prepared();
    const { hostId: localHostId } = await enrol();
    const services = openWebServices({
      webDatabaseUrl: databaseUrls.web,
      authDatabaseUrl: databaseUrls.auth,
      authSecret: 'a secret of thirty-two characters',
      publicUrl: 'http://127.0.0.1:4760',
      collector: { url: 'ws://127.0.0.1:4761/collect', pin: null, keyPin: null },
    });
    try {
      const form = { token: ownerToken, name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
      expect((await services.createOwner(form, new Headers())).status).toBe(200);
      const { hosts } = await services.fleetPage(organisationId, {
        ...{ sort: 'name', descending: false, offset: 0, limit: 50 },
      });
      expect(hosts.map(({ hostId, connection }) => ({ hostId, connection }))).toEqual([
        { hostId: localHostId, connection: 'never' },
      ]);
    } finally {
      await services.close();
    }
    expect((await prepared()).ownerToken).toBeNull();
  });

  test('a second run keeps organisation, identity and passwords, and only the newest owner token works', async () => {
    const first = await prepared();
    await enrol();
    const kept = ['collector/identity.json', 'secrets/roles.json'];
    const files = () => kept.map((name) => readFileSync(join(folder, name), 'utf8'));
    const before = files();
    const second = await prepared();
    expect(files()).toEqual(before);
    expect(existsSync(tokenFile())).toBe(false);
    expect({ ...second, ownerToken: null }).toEqual({ ...first, ownerToken: null });
    expect(second.ownerToken).not.toBe(first.ownerToken);
    const { databaseUrls } = second;
    const services = openWebServices({
      webDatabaseUrl: databaseUrls.web,
      authDatabaseUrl: databaseUrls.auth,
      authSecret: 'a secret of thirty-two characters',
      publicUrl: 'http://127.0.0.1:4760',
      collector: { url: 'ws://127.0.0.1:4761/collect', pin: null, keyPin: null },
    });
    try {
      expect(await services.setupTokenState(first.ownerToken)).toBe('expired');
      expect(await services.setupTokenState(second.ownerToken)).toBe('valid');
    } finally {
      await services.close();
    }
  });

  test('two at once end with one organisation, and the token that was written last works', async () => {
    const reports = await Promise.all([prepared(), prepared()]);
    expect(new Set(reports.map(({ organisationId }) => organisationId)).size).toBe(1);
    await enrol();
  });

  test('an identity that the database does not know is set aside, and the machine finds its host again', async () => {
    await prepared();
    const first = await enrol();
    await asOwner((owner) => owner`DELETE FROM collector_key`);
    await prepared();
    expect(existsSync(identityFile())).toBe(false);
    expect(readFileSync(join(folder, 'collector/identity-unknown-to-server.json'), 'utf8')).toContain(first.key);
    const again = await enrol();
    expect(again.hostId).toBe(first.hostId);
    expect(again.key).not.toBe(first.key);
  });

  test('what a person did to the host of this machine, a start does not undo', async () => {
    await prepared();
    await enrol();
    await asOwner((owner) => owner`UPDATE collector_key SET revoked_at = now()`);
    await asOwner((owner) => owner`UPDATE host SET retired_at = now()`);
    await prepared();
    expect(existsSync(identityFile())).toBe(true);
    expect(existsSync(tokenFile())).toBe(false);
  });

  async function asOwner(work: (owner: Sql) => Promise<unknown>): Promise<void> {
    const owner = openDatabase(adminUrl, { applicationName: 'test', max: 1 });
    await work(owner);
    await owner.end();
  }

  test.for([
    ['no JSON', '{"hostId":'],
    ['JSON of another kind', '[]'],
    ['ids that are none', '{"hostId": "x", "key": "1; DROP TABLE host"}'],
    [
      'an unknown host',
      '{"hostId":"5157b4a1-0d3e-4c6f-9a52-68c1d0f3e7b9","key":"5157b4a1-0d3e-4c6f-9a52-68c1d0f3e7b9"}',
    ],
  ])('an identity file with %s lets the collector enrol', async ([, text]) => {
    mkdirSync(join(folder, 'collector'));
    writeFileSync(identityFile(), text as string);
    await prepared();
    expect(existsSync(identityFile())).toBe(false);
    expect(enrolmentToken()).toMatch(/^silt-enrol-/);
  });

  test('a role that the passwords file lacks gets one, the others keep theirs', async () => {
    await prepared();
    const file = join(folder, 'secrets/roles.json');
    const { silt_worker: dropped, ...kept } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify(kept));
    await prepared();
    const after = JSON.parse(readFileSync(file, 'utf8'));
    expect(after).toMatchObject(kept);
    expect(after.silt_worker).not.toBe(dropped);
  });
});

describe('one sentence and a code for', () => {
  test('a server that is not there', async () => {
    const url = 'postgresql://postgres@127.0.0.1:4767/silt';
    expect(await refusal({ SILT_ADMIN_DATABASE_URL: url })).toBe(
      'Postgres at 127.0.0.1:4767 cannot be reached: nothing listens there.',
    );
  });

  test('a wrong password, without telling it', async () => {
    const sentence = await refusal({ SILT_ADMIN_DATABASE_URL: urlOf({ password: 'hunter2' }) });
    expect(sentence).toContain('refuses the password of the user "postgres"');
    expect(sentence).not.toContain('hunter2');
  });

  test('a database that is not there', async () => {
    const sentence = await refusal({ SILT_ADMIN_DATABASE_URL: urlOf({ pathname: '/nowhere' }) });
    expect(sentence).toContain('has no database "nowhere"');
  });

  test('an address that names no database, or is none', async () => {
    expect(await refusal({ SILT_ADMIN_DATABASE_URL: urlOf({ pathname: '/' }) })).toContain('it names no database');
    expect(await refusal({ SILT_ADMIN_DATABASE_URL: 'mysql://localhost/silt' })).toContain('SILT_ADMIN_DATABASE_URL');
  });

  test('a user who may not make roles', async () => {
    const user = 'plain';
    await onServer(`CREATE ROLE ${user} LOGIN PASSWORD 'plain'`);
    try {
      const sentence = await refusal({ SILT_ADMIN_DATABASE_URL: urlOf({ username: user, password: 'plain' }) });
      expect(sentence).toContain(`The user "${user}" may not make Silt's roles`);
    } finally {
      await onServer(`DROP ROLE ${user}`);
    }
  });

  test('a migration that was changed after it had been applied', async () => {
    await prepared();
    const changed = join(folder, 'migrations');
    cpSync(MIGRATIONS_FOLDER, changed, { recursive: true });
    const file = join(changed, '20261121060000_create_sign_in_and_fleet/migration.sql');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n-- changed\n`);
    expect(await refusal({ SILT_MIGRATIONS_DIR: changed })).toContain('was changed after it had been applied');
  });

  test('folders of migrations or secrets that cannot be used', async () => {
    expect(await refusal({ SILT_MIGRATIONS_DIR: join(folder, 'nothing') })).toContain('cannot be read or written');
    writeFileSync(join(folder, 'file'), '');
    const passwords = { SILT_ROLE_PASSWORDS_FILE: join(folder, 'file/roles.json') };
    expect(await refusal(passwords)).toContain('cannot be read or written');
  });

  test('a passwords file that holds something else, which stays as it is', async () => {
    const file = join(folder, 'roles.json');
    writeFileSync(file, '{"silt_owner": 1}');
    chmodSync(file, 0o600);
    expect(await refusal({ SILT_ROLE_PASSWORDS_FILE: file })).toContain("passwords of Silt's roles");
    expect(readFileSync(file, 'utf8')).toBe('{"silt_owner": 1}');
  });

  test('hours of the owner link out of range', async () => {
    for (const hours of ['0', '721', 'a day']) {
      expect(await refusal({ SILT_OWNER_LINK_HOURS: hours })).toContain('SILT_OWNER_LINK_HOURS');
    }
  });
});
