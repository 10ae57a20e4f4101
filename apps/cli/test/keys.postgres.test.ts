import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { addHome, type CollectorStage, openCollectorStage } from '../../../packages/services/test/collector-stage.ts';
import {
  addHost,
  addLayout,
  addSamples,
  SPACE,
  setStatus,
  storeOf,
  type TestHost,
} from '../../../packages/services/test/fleet-rows.ts';
import { runCli } from '../src/run-cli.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { testTerminal } from './test-terminal.ts';

type Actor = Awaited<ReturnType<typeof addHome>>;

let stage: CollectorStage;
let server: ApiServer;
let home: string;
let folders = 0;
let owner: Actor;
let host: TestHost;

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  server = await startApiServer(stage.services);
  home = await mkdtemp(join(tmpdir(), 'silt-cli-'));
  owner = await addHome(stage, 'Home');
  host = await addHost(stage.fleet.owner, owner.organisationId, 'ci-01');
  const at = new Date(Date.now() - 30_000);
  await addLayout(stage.fleet.owner, host, 1, { stores: [storeOf('mount:/', '/')], entries: SPACE('mount:/') });
  await addSamples(stage.fleet.owner, host, [{ at, readings: [2 ** 30, 2 ** 31] }]);
  await setStatus(stage.fleet.owner, host, {
    ...{ at, readings: [2 ** 30, 2 ** 31], fullest: { storeKey: 'mount:/', used: 2 ** 30, capacity: 2 ** 31 } },
  });
});
afterAll(async () => {
  await server.close();
  await stage.close();
  await rm(home, { recursive: true });
});
beforeEach(() => {
  folders += 1;
});

const keyOf = (actor: Actor) => stage.services.apiKeys.create(actor, { name: 'cli', days: 1 });

async function silt(args: string[], input = '') {
  const terminal = testTerminal({ home: join(home, String(folders)), input });
  const code = await runCli(args, terminal);
  return { code, out: terminal.output(), err: terminal.errors() };
}

test('a key that was made is kept by login and reads a host and its history', async () => {
  const { key } = await keyOf(owner);
  const login = await silt(['login', '--url', server.url], key);
  expect(login).toMatchObject({ code: 0, err: '' });
  expect(login.out).toMatch(/ as Home, in Home\./);
  const shown = await silt(['host', host.publicId]);
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toMatch(/^\/ +ext4 +ok +space +50\.0 % +1\.00 GiB +2\.00 GiB/m);
  const json = await silt(['host', host.publicId, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ row: { name: 'ci-01' } });
  const history = await silt(['history', host.publicId, '/', '--range', '1h', '--points', '4']);
  expect(history).toMatchObject({ code: 0, err: '' });
  expect(history.out).toMatch(/Z +1\.00 GiB +1\.00 GiB +1\.00 GiB$/m);
});

test('a key that was revoked, or never made, is refused with 3', async () => {
  const { key, keyId } = await keyOf(owner);
  await silt(['login', '--url', server.url], key);
  await stage.services.apiKeys.revoke(owner, keyId);
  expect(await silt(['host', host.publicId])).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringMatching(/revoked/),
  });
  const made = await silt(['login', '--url', server.url], `silt_key_${'x'.repeat(43)}`);
  expect(made).toMatchObject({ code: 3, err: expect.stringMatching(/not known here/) });
});

test('a key of another organisation does not see the host', async () => {
  const { key } = await keyOf(await addHome(stage, 'Others'));
  await silt(['login', '--url', server.url], key);
  const { code, out, err } = await silt(['host', host.publicId]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/no such host/i);
});

test('a key changes nothing, whatever its user may', async () => {
  const { key, keyId } = await keyOf(owner);
  for (const [path, input] of [
    ['collectors.retireHost', { hostId: host.publicId }],
    ['apiKeys.create', { name: 'more', days: 1 }],
    ['apiKeys.revoke', { keyId }],
  ] as const) {
    const answer = await fetch(`${server.url}/api/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(input),
    });
    expect(answer.status, path).toBe(403);
    expect(await answer.text()).toContain('An API key may only read');
  }
  expect((await silt(['login', '--url', server.url], key)).code).toBe(0);
});
