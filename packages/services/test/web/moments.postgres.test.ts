import { openDatabase, type Sql, storeInventory, withOrganisation } from '@silt/db';
import type { Item, Scope } from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openWebServices, type WebServices } from '../../src/index.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  HOUR_MILLISECONDS,
  SPACE,
  setStatus,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

const GIB = 2 ** 30;
const ROOT = 'mount:/';
const UNKNOWN_ID = '0198a000-0000-7000-8000-00000000dead';
const VOLUMES = 'docker volumes docker:/run/docker.sock';
const NOW = Date.now();
const hoursAgo = (hours: number): Date => new Date(NOW - hours * HOUR_MILLISECONDS);

let fleet: TestFleet;
let services: WebServices;
let ingest: Sql;
let ours: string;
let host: TestHost;
let bare: TestHost;
let foreign: TestHost;

const complete: Scope[] = ['host', 'docker', VOLUMES].map((name) => ({ name, status: 'complete', reason: null }));
const unread: Scope[] = complete.map((scope) =>
  scope.name === VOLUMES ? { ...scope, status: 'partial', reason: 'the daemon did not answer' } : scope,
);

const itemOf = (kind: Item['kind'], key: string, change: Partial<Item> = {}): Item => ({
  ...{ key: `${kind}:${key}`, kind, name: key, scope: kind === 'volume' ? VOLUMES : 'docker', storeKey: ROOT },
  ...{ parentKey: null, ownerKey: null, sizeBytes: null, counted: false, leastBytes: null, mostBytes: null },
  ...{ state: null, attributes: {} },
  ...change,
});
const exact = (bytes: number): Partial<Item> => ({
  ...{ sizeBytes: bytes, counted: true, leastBytes: bytes, mostBytes: bytes },
});
const STORE = itemOf('store', ROOT, { scope: 'host' });
const DAEMON = itemOf('daemon', 'docker', { storeKey: null });
const CONTAINER = itemOf('container', 'db', {
  ...exact(GIB),
  parentKey: DAEMON.key,
  attributes: { image: 'postgres:17', composeProject: 'shop' },
});
const DATA = itemOf('volume', 'data', { ...exact(10 * GIB), ownerKey: CONTAINER.key });
const CACHE = itemOf('volume', 'cache', exact(5 * GIB));

/** Full inventories of one stream, one after the other. */
async function tell(one: TestHost, inventories: { ago: number; items: Item[]; scopes?: Scope[] }[]): Promise<void> {
  await fleet.owner`
    INSERT INTO collector_stream (host_id, stream_no, organisation_id, stream_id)
    VALUES (${one.id}, 1, ${one.organisationId}, gen_random_uuid())`;
  let sequence = 0;
  for (const { ago, items, scopes = complete } of inventories) {
    const outcome = await storeInventory(ingest, {
      ...{ hostId: one.id, organisationId: one.organisationId, streamNo: 1, hashes: '' },
      ...{ afterSequence: sequence, lastSequence: sequence + 1, baseSequence: null },
      ...{ observedAt: hoursAgo(ago), receivedAt: hoursAgo(ago), scopes, items, removed: [] },
    });
    expect(outcome).toBe('stored');
    sequence += 1;
  }
}

async function addFullHost(organisationId: string, name: string): Promise<TestHost> {
  const one = await addHost(fleet.owner, organisationId, name);
  const held = [...SPACE(ROOT), { storeKey: ROOT, series: 'itemsBytes' as const }];
  await addLayout(fleet.owner, one, 1, {
    stores: [storeOf(ROOT, '/')],
    entries: [...held, { storeKey: ROOT, series: 'unattributedBytes' }],
  });
  await addSamples(fleet.owner, one, [
    { at: hoursAgo(30), readings: [20 * GIB, 100 * GIB, 16 * GIB, 4 * GIB] },
    { at: hoursAgo(3), readings: [96 * GIB, 100 * GIB, 27 * GIB, 69 * GIB] },
  ]);
  await setStatus(fleet.owner, one, {
    at: new Date(NOW),
    readings: [96 * GIB, 100 * GIB, 27 * GIB, 69 * GIB],
    fullest: { storeKey: ROOT, used: 96 * GIB, capacity: 100 * GIB },
  });
  await tell(one, [
    { ago: 30, items: [STORE, DAEMON, CONTAINER, DATA, CACHE] },
    { ago: 20, items: [STORE, DAEMON, CONTAINER, { ...DATA, ...exact(26 * GIB) }, CACHE] },
    { ago: 10, items: [STORE, DAEMON, CONTAINER, { ...DATA, ...exact(26 * GIB) }] },
    { ago: 4, items: [STORE, DAEMON, CONTAINER], scopes: unread },
  ]);
  return one;
}

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  ingest = openDatabase(fleet.urls.silt_ingest, { applicationName: 'test', max: 1 });
  services = openWebServices({
    webDatabaseUrl: fleet.urls.silt_web,
    authDatabaseUrl: fleet.urls.silt_auth,
    authSecret: 'a secret of thirty-two characters',
    publicUrl: 'http://127.0.0.1:4760',
    collector: { url: 'ws://127.0.0.1:4301/collect', pin: null, keyPin: null },
  });
  ours = await addOrganisation(fleet.owner, 'Ours');
  host = await addFullHost(ours, 'full');
  bare = await addHost(fleet.owner, ours, 'bare');
  foreign = await addFullHost(await addOrganisation(fleet.owner, 'Theirs'), 'foreign');
});

afterAll(async () => {
  await Promise.all([services.close(), ingest.end()]);
  await fleet.drop();
});

const inventory = (ago: number, change: { storeKey?: string; limit?: number } = {}) =>
  services.getInventory(ours, { hostId: host.publicId, at: hoursAgo(ago), limit: 100, ...change });

describe('the inventory as of a moment', () => {
  test('has what was there then, with the sizes of then', async () => {
    const sizes = async (ago: number) =>
      (await inventory(ago)).items
        .filter(({ kind }) => kind === 'volume')
        .map(({ name, mostBytes }) => [name, mostBytes]);
    expect(await sizes(25)).toEqual([
      ['data', 10 * GIB],
      ['cache', 5 * GIB],
    ]);
    expect(await sizes(15)).toEqual([
      ['data', 26 * GIB],
      ['cache', 5 * GIB],
    ]);
    expect(await sizes(9)).toEqual([['data', 26 * GIB]]);
  });

  test('names who an item is there for, and the age of each fact', async () => {
    const { items, readAt, scopes } = await inventory(1);
    expect(readAt).toBe(hoursAgo(4).toISOString());
    const data = items.find(({ key }) => key === DATA.key);
    expect(data).toMatchObject({
      ...{ storeKey: ROOT, ownerKey: CONTAINER.key, ownerChain: ['docker', 'shop', 'db', 'postgres:17'] },
      ...{ firstSeenAt: hoursAgo(30).toISOString(), readAt: hoursAgo(10).toISOString() },
    });
    expect(items.find(({ key }) => key === CONTAINER.key)?.readAt).toBe(hoursAgo(4).toISOString());
    expect(scopes.find(({ name }) => name === VOLUMES)).toEqual({
      ...{ name: VOLUMES, status: 'partial', reason: 'the daemon did not answer' },
      readAt: hoursAgo(10).toISOString(),
    });
  });

  test('gives the largest first up to the limit, all that bear others, and totals of all', async () => {
    const { items, cut, totals } = await inventory(25, { limit: 1 });
    expect(items.map(({ key }) => key)).toEqual([DATA.key, DAEMON.key, STORE.key]);
    expect(cut).toBe(2);
    expect(totals.find(({ kind }) => kind === 'volume')).toEqual({
      ...{ kind: 'volume', items: 2, leastBytes: 15 * GIB, mostBytes: 15 * GIB, unknownItems: 0 },
    });
  });

  test('of one store is what lies in it', async () => {
    expect((await inventory(25, { storeKey: ROOT })).items.map(({ kind }) => kind)).not.toContain('daemon');
    expect((await inventory(25, { storeKey: 'mount:/nowhere' })).items).toEqual([]);
  });

  test('before the first one, and of a host that never told one, is empty and says so', async () => {
    expect(await inventory(40)).toMatchObject({
      readAt: null,
      stale: false,
      scopes: [],
      items: [],
      totals: [],
      cut: 0,
    });
    const none = await services.getInventory(ours, { hostId: bare.publicId, limit: 10 });
    expect(none).toMatchObject({ readAt: null, items: [] });
  });

  test('is stale from the moment on that a part was lost', async () => {
    await fleet.owner`UPDATE inventory_state SET stale_since = ${hoursAgo(2)} WHERE host_id = ${host.id}`;
    expect([(await inventory(3)).stale, (await inventory(1)).stale]).toEqual([false, true]);
    await fleet.owner`UPDATE inventory_state SET stale_since = NULL WHERE host_id = ${host.id}`;
  });
});

describe('a host and a store as of a moment', () => {
  test('have the readings and the state of then', async () => {
    const then = await services.getHost(ours, host.publicId, hoursAgo(29.9));
    expect(then).toMatchObject({
      observedAt: hoursAgo(30).toISOString(),
      at: hoursAgo(29.9).toISOString(),
      probes: [],
    });
    expect(then).toMatchObject({ bootedAt: null, clockSkewMilliseconds: null });
    expect(then.row).toMatchObject({ connection: 'connected', state: 'ok', fullest: { fill: 0.2, storeName: '/' } });
    const store = await services.getStore(ours, host.publicId, ROOT, hoursAgo(2.9));
    expect(store.view).toMatchObject({ state: 'critical', readings: { usedBytes: 96 * GIB } });
  });

  test('long after the last sample are silent, and unknown in state', async () => {
    const { row, stores, observedAt } = await services.getHost(ours, host.publicId, hoursAgo(15));
    expect([row.connection, row.state, stores[0]?.state]).toEqual(['silent', 'unknown', 'unknown']);
    expect(observedAt).toBe(hoursAgo(30).toISOString());
  });

  test('before the first sample have nothing', async () => {
    const before = await services.getHost(ours, host.publicId, hoursAgo(50));
    expect(before).toMatchObject({
      observedAt: null,
      stores: [],
      daemons: [],
      scopes: [],
      row: { connection: 'never' },
    });
    await expect(services.getStore(ours, host.publicId, ROOT, hoursAgo(50))).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('now are what the status says, with the scopes of the last inventory', async () => {
    const view = await services.getHost(ours, host.publicId);
    expect(view).toMatchObject({ at: null, row: { connection: 'connected', state: 'critical' } });
    expect(view.scopes).toHaveLength(3);
  });
});

describe('two moments', () => {
  const compare = (a: number, b: number, storeKey: string | null = ROOT) =>
    services.compare(ours, { hostId: host.publicId, storeKey, a: hoursAgo(a), b: hoursAgo(b) });

  test('show what was added, removed and grown, and what of the growth nobody explains', async () => {
    const { a, b, stores } = await compare(25, 1);
    expect([a.observedAt, b.observedAt]).toEqual([hoursAgo(30).toISOString(), hoursAgo(3).toISOString()]);
    expect([a.inventoryReadAt, b.inventoryReadAt]).toEqual([hoursAgo(30).toISOString(), hoursAgo(4).toISOString()]);
    const [store] = stores;
    expect(store?.changes.map(({ change, item }) => [change, item.name])).toEqual([
      ['grown', 'data'],
      ['removed', 'cache'],
    ]);
    // 76 GiB more used: the volumes hold 16 − 5 GiB more of them.
    expect(store?.attribution).toMatchObject({
      ...{ growthBytes: 76 * GIB, belowStepsBytes: 0, unattributed: { leastBytes: 65 * GIB, mostBytes: 65 * GIB } },
    });
  });

  test('of which the earlier is before the first sample have all of it added, and no growth', async () => {
    const { a, stores } = await compare(50, 25, null);
    expect(a).toMatchObject({ observedAt: null, inventoryReadAt: null });
    expect(stores[0]?.attribution.growthBytes).toBeNull();
    expect(stores[0]?.changes.every(({ change }) => change === 'added')).toBe(true);
  });

  test.each([
    ['the later one first', 1, 25],
    ['one and the same', 1, 1],
    ['one to come', 1, -1],
  ])('that are %s are bad input', async (_, a, b) => {
    await expect(compare(a, b)).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('of a store that was at neither are not-found', async () => {
    await expect(compare(25, 1, 'mount:/nowhere')).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('holdings over time follow the versions by kind, and are null before the first inventory', async () => {
  const holdings = await services.storeHoldings(ours, {
    ...{ hostId: host.publicId, storeKey: ROOT, rangeSeconds: 48 * 3_600, points: 48, at: new Date(NOW) },
  });
  const at = (ago: number): number => holdings.times.findLastIndex((time) => time * 1_000 <= hoursAgo(ago).getTime());
  const volumes = holdings.kinds.find(({ kind }) => kind === 'volume')?.bytes ?? [];
  expect(volumes).toHaveLength(holdings.times.length);
  expect([40, 25, 15, 5].map((ago) => volumes[at(ago)])).toEqual([null, 15 * GIB, 31 * GIB, 26 * GIB]);
  expect([holdings.used[at(30)], holdings.unattributed[at(3)]]).toEqual([20 * GIB, 69 * GIB]);
});

const AT = hoursAgo(1);
const reads: [string, (hostId: string, at: Date) => Promise<unknown>][] = [
  ['getHost', (hostId, at) => services.getHost(ours, hostId, at)],
  ['getStore', (hostId, at) => services.getStore(ours, hostId, ROOT, at)],
  ['getInventory', (hostId, at) => services.getInventory(ours, { hostId, at, limit: 10 })],
  ['storeHoldings', (hostId, at) => services.storeHoldings(ours, { ...RANGE, hostId, at })],
  ['compare', (hostId, at) => services.compare(ours, { hostId, storeKey: null, a: hoursAgo(20), b: at })],
];
const RANGE = { storeKey: ROOT, rangeSeconds: 3_600, points: 10 };

describe.each(reads)('%s', (_, read) => {
  test('answers not-found for a foreign host, an unknown id and what is no id', async () => {
    for (const hostId of [foreign.publicId, UNKNOWN_ID, `x'; DROP TABLE host; --`, '']) {
      await expect(read(hostId, AT), hostId).rejects.toMatchObject({ name: 'ServiceError', code: 'not-found' });
    }
  });

  test('refuses a moment to come', async () => {
    await expect(read(host.publicId, hoursAgo(-1))).rejects.toMatchObject({ code: 'bad-input' });
  });
});

test.each([0, 5_001, 1.5, Number.NaN])('%s items are bad input', async (limit) => {
  await expect(inventory(1, { limit })).rejects.toMatchObject({ code: 'bad-input' });
});

test('what is no moment is bad input', async () => {
  await expect(services.getHost(ours, host.publicId, new Date('yesterday'))).rejects.toMatchObject({
    code: 'bad-input',
  });
});

test.each(['item', 'item_version', 'inventory_state', 'inventory_span'])(
  'without any predicate, %s still shows the rows of the set organisation alone, and none when unset',
  async (table) => {
    const sql = openDatabase(fleet.urls.silt_web, { applicationName: 'test', max: 1 });
    try {
      const seen = await withOrganisation(
        sql,
        ours,
        (tx) => tx`SELECT DISTINCT organisation_id AS id FROM ${tx(table)}`,
      );
      expect(seen.map(({ id }) => id)).toEqual([ours]);
      expect(await sql`SELECT 1 FROM ${sql(table)}`).toHaveLength(0);
    } finally {
      await sql.end();
    }
  },
);
