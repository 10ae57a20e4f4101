import type { Item } from '@silt/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ALL, InventoryHost, itemOf } from '../../../packages/db/test/inventory-host.ts';
import { addHome, type CollectorStage, openCollectorStage } from '../../../packages/services/test/collector-stage.ts';
import { addLayout, addSamples, SPACE, setStatus, storeOf } from '../../../packages/services/test/fleet-rows.ts';
import { runCli } from '../src/run-cli.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { testTerminal } from './test-terminal.ts';

const GIB = 2 ** 30;
const STORE = 'mount:/';
const NOW = new Date();
const before = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

let stage: CollectorStage;
let server: ApiServer;
let env: Record<string, string>;

const held = (name: string, bytes: number): Item =>
  itemOf(name, { storeKey: STORE, sizeBytes: bytes, leastBytes: bytes, mostBytes: bytes });
const store: Item = {
  ...itemOf('/', { kind: 'store', counted: false, sizeBytes: null, leastBytes: null, mostBytes: null, state: null }),
  ...{ key: `store:${STORE}`, storeKey: null, scope: 'docker' },
};

/** A day ago `old` and `grows`; since three hours ago `new` too, `grows` larger, and `old` gone. */
beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  server = await startApiServer(stage.services);
  const { fleet, ingest } = stage;
  const owner = await addHome(stage, 'History');
  const { key } = await stage.services.apiKeys.create(owner, { name: 'cli', days: 1 });
  env = { SILT_URL: server.url, SILT_API_KEY: key };
  const told = await InventoryHost.add(ingest, owner.organisationId);
  await fleet.owner`UPDATE host SET name = 'ci-01' WHERE id = ${told.hostId}`;
  const host = { id: told.hostId, publicId: '', organisationId: owner.organisationId };
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(STORE, '/')], entries: SPACE(STORE) });
  const samples = [before(24), before(3), before(0.001)].map((at, n) => ({ at, readings: [(3 + n) * GIB, 10 * GIB] }));
  await addSamples(fleet.owner, host, samples);
  const used = 5 * GIB;
  await setStatus(fleet.owner, host, {
    ...{ at: before(0.001), readings: [used, 10 * GIB], fullest: { storeKey: STORE, used, capacity: 10 * GIB } },
  });
  const tell = (at: Date, items: Item[]) =>
    told.tell(0, { baseSequence: null, observedAt: at, receivedAt: at, scopes: ALL, items: [store, ...items] });
  await tell(before(24), [held('old', GIB), held('grows', GIB)]);
  await tell(before(3), [held('new', 2 * GIB), held('grows', 1.5 * GIB)]);
});
afterAll(async () => {
  await server.close();
  await stage.close();
});

async function silt(...args: string[]) {
  const terminal = testTerminal({ env });
  const code = await runCli(args, terminal);
  return { code, out: terminal.output(), err: terminal.errors() };
}
const DONE = { code: 0, err: '' };

test('the fleet is listed, and its hosts are found by name', async () => {
  const fleet = await silt('fleet', '--state', 'ok', '--sort', 'name');
  expect(fleet).toMatchObject(DONE);
  expect(fleet.out).toMatch(/^ci-01 +ok( +-){5} +50\.0 % .* 5\.00 GiB of 10\.0 GiB/m);
  expect(await silt('host', 'ci-01')).toMatchObject(DONE);
  expect(await silt('host', 'ci-02')).toMatchObject({ code: 2, err: expect.stringMatching(/No host is called ci-02/) });
});

test('a host as of a moment has the readings of then, and was silent when they were old', async () => {
  const { out } = await silt('host', 'ci-01', '--at', '-4h');
  expect(out).toMatch(/^ci-01: unknown, silent\.$/m);
  expect(out).toMatch(/20 h before\. As of /);
  expect(out).toMatch(/^\/ +ext4 +unknown +space +30\.0 % +3\.00 GiB/m);
});

test('the inventory is the one of the moment', async () => {
  const now = await silt('inventory', 'ci-01');
  expect(now).toMatchObject(DONE);
  expect(now.out).toMatch(/^volume +new +2\.00 GiB/m);
  expect(now.out).not.toMatch(/ old /);
  const then = await silt('inventory', 'ci-01', '--store', '/', '--at', '-4h');
  expect(then.out).toMatch(/^volume +old +1\.00 GiB/m);
  expect(then.out).not.toMatch(/ new /);
  expect((await silt('inventory', 'ci-01', '--at', '-2w')).out).toMatch(/^No inventory was read by/);
});

test('the difference between two moments names what was added, removed and grew', async () => {
  const { code, out, err } = await silt('diff', 'ci-01', '--from', '-4h', '--to', 'now', '--store', '/');
  expect({ code, err }).toEqual(DONE);
  expect(out).toMatch(/^usedBytes: 3\.00 GiB to 5\.00 GiB$/m);
  expect(out).toMatch(/^volume +1 +1 +1 +\+1\.50 GiB$/m);
  expect(out).toMatch(/^growth +\+2\.00 GiB$/m);
  expect(out).toMatch(/^added +volume +new +- +2\.00 GiB +\+2\.00 GiB/m);
  expect(out).toMatch(/^removed +volume +old +1\.00 GiB +- +−1\.00 GiB/m);
  expect(out).toMatch(/^grown +volume +grows +1\.00 GiB +1\.50 GiB +\+512\.0 MiB/m);
});

test('a year of a store, and the growers of the fleet, are asked for and answered', async () => {
  const year = await silt('history', 'ci-01', '/', '--range', '365d', '--points', '365', '--series', 'usedBytes');
  expect(year).toMatchObject(DONE);
  expect(year.out).toMatch(/ 5\.00 GiB$/m);
  expect(await silt('growers', '--range', '30d')).toMatchObject(DONE);
});
