import { openDatabase, withOrganisation } from '@silt/db';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openWebServices, type WebServices } from '../../src/index.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  DAY_MILLISECONDS,
  SPACE,
  setStatus,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

const GIB = 2 ** 30;
const ROOT = 'mount:/';
const UNKNOWN_ID = '0198a000-0000-7000-8000-00000000dead';
const NEVER_AN_ID = `x'; DROP TABLE host; --`;

let fleet: TestFleet;
let services: WebServices;
let ours: string;
let theirs: string;
let full: TestHost;
let foreign: TestHost;

async function addConnectedHost(organisationId: string, name: string, used: number): Promise<TestHost> {
  const host = await addHost(fleet.owner, organisationId, name);
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
  const readings = [used, 100 * GIB];
  const now = new Date();
  const dayAgo = new Date(now.getTime() - 2 * DAY_MILLISECONDS);
  await addSamples(fleet.owner, host, [
    { at: dayAgo, readings: [used - 4 * GIB, 100 * GIB] },
    { at: now, readings },
  ]);
  await setStatus(fleet.owner, host, {
    at: now,
    readings,
    fullest: { storeKey: ROOT, used, capacity: 100 * GIB },
  });
  return host;
}

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  services = openWebServices({
    webDatabaseUrl: fleet.urls.silt_web,
    authDatabaseUrl: fleet.urls.silt_auth,
    authSecret: 'a secret of thirty-two characters',
    publicUrl: 'http://127.0.0.1:4760',
    collector: { url: 'ws://127.0.0.1:4301/collect', pin: null, keyPin: null },
  });
  ours = await addOrganisation(fleet.owner, 'Ours');
  theirs = await addOrganisation(fleet.owner, 'Theirs');
  full = await addConnectedHost(ours, 'full', 97 * GIB);
  foreign = await addConnectedHost(theirs, 'foreign', 10 * GIB);
  await addHost(fleet.owner, ours, 'awaited');
  const silent = await addConnectedHost(ours, 'silent', 90 * GIB);
  await fleet.owner`UPDATE host_status SET last_seen_at = now() - interval '36 seconds' WHERE host_id = ${silent.id}`;
  const blind = await addHost(fleet.owner, ours, 'blind');
  await addLayout(fleet.owner, blind, 1, { stores: [], entries: [] });
  await setStatus(fleet.owner, blind, { at: new Date(), readings: [], fullest: null });
});

afterAll(async () => {
  await services.close();
  await fleet.drop();
});

const BY_NAME = { sort: 'name', descending: false, offset: 0, limit: 50 } as const;

describe('fleet', () => {
  test('lists the hosts of the organisation alone, with state and connection of each', async () => {
    const { hosts, counts } = await services.fleetPage(ours, BY_NAME);
    expect(hosts.map(({ name, connection, state }) => ({ name, connection, state }))).toEqual([
      { name: 'awaited', connection: 'never', state: 'unknown' },
      { name: 'blind', connection: 'connected', state: 'unknown' },
      { name: 'full', connection: 'connected', state: 'critical' },
      { name: 'silent', connection: 'silent', state: 'unknown' },
    ]);
    expect(counts).toEqual({ critical: 1, warning: 0, ok: 0, unknown: 3 });
  });

  test('names the fullest store and its resource, and keeps what was not read apart from zero', async () => {
    const { hosts } = await services.fleetPage(ours, BY_NAME);
    const row = (name: string) => hosts.find((host) => host.name === name);
    expect(row('full')).toMatchObject({
      hostId: full.publicId,
      backEnds: ['ext4', 'xfs'],
      fullest: { storeKey: ROOT, storeName: '/', resource: 'space', used: 97 * GIB, capacity: 100 * GIB, fill: 0.97 },
      coverage: { read: 3, total: 4 },
    });
    expect(row('blind')).toMatchObject({ fullest: null, growth: null });
    expect(row('awaited')).toMatchObject({ fullest: null, sparkline: [], lastSeenAt: null, backEnds: [] });
  });

  test('a retired host is not listed, and its page is still there', async () => {
    const retired = await addConnectedHost(ours, 'retired', GIB);
    await fleet.owner`UPDATE host SET retired_at = now() WHERE id = ${retired.id}`;
    expect((await services.fleetPage(ours, BY_NAME)).hosts.map(({ name }) => name)).not.toContain('retired');
    const { row, stores } = await services.getHost(ours, retired.publicId);
    expect(row).toMatchObject({ connection: 'retired', state: 'unknown', retiredAt: expect.any(String) });
    expect(stores.map(({ state }) => state)).toEqual(['unknown']);
  });

  test('a kept sparkline moves on with the days: those since it was derived have no number', async () => {
    const host = await addConnectedHost(ours, 'sparkline', 50 * GIB);
    await fleet.owner`
      UPDATE host_status SET sparkline = ARRAY[NULL, 0.25, 0.5]::real[], growth_per_day = -3.5,
        sparkline_day = (now() AT TIME ZONE 'UTC')::date - 2
      WHERE host_id = ${host.id}`;
    const { row } = await services.getHost(ours, host.publicId);
    expect(row.sparkline).toEqual([null, 0.25, 0.5, null, null]);
    expect(row.growth).toEqual({ perDay: -3.5, unit: 'bytes' });
  });
});

describe('host and store', () => {
  test('a host shows its stores with fills, latest readings and growth', async () => {
    const view = await services.getHost(ours, full.publicId);
    expect(view.row.name).toBe('full');
    expect(view.clockSkewMilliseconds).toBe(250);
    expect(view.stores).toHaveLength(1);
    const [store] = view.stores;
    expect(store).toMatchObject({
      store: { key: ROOT, name: '/' },
      fills: [{ resource: 'space', fill: 0.97 }],
      state: 'critical',
      readings: { usedBytes: 97 * GIB, capacityBytes: 100 * GIB },
    });
    // 4 GiB in two days.
    expect(store?.growth?.perDay).toBeCloseTo(2 * GIB, -4);
  });

  test('a store has the row of its host beside it', async () => {
    const { host, view, observedAt } = await services.getStore(ours, full.publicId, ROOT);
    expect(host.hostId).toBe(full.publicId);
    expect(view.store.key).toBe(ROOT);
    expect(observedAt).not.toBeNull();
  });

  test('a host of which nothing came yet is shown with nothing read', async () => {
    const { hosts } = await services.fleetPage(ours, BY_NAME);
    const awaited = hosts.find(({ name }) => name === 'awaited');
    const view = await services.getHost(ours, awaited?.hostId ?? '');
    expect(view).toMatchObject({ observedAt: null, bootedAt: null, stores: [], probes: [], facts: null });
  });
});

describe('another organisation', () => {
  const reads: [string, (organisationId: string, hostId: string) => Promise<unknown>][] = [
    ['getHost', (organisationId, hostId) => services.getHost(organisationId, hostId)],
    ['getStore', (organisationId, hostId) => services.getStore(organisationId, hostId, ROOT)],
    ['listHostEvents', (organisationId, hostId) => services.listHostEvents(organisationId, { hostId, limit: 20 })],
    [
      'storeHistory',
      (organisationId, hostId) =>
        services.storeHistory(organisationId, { hostId, storeKey: ROOT, rangeSeconds: 3_600, points: 100 }),
    ],
  ];

  test.each(reads)('%s answers not-found for a foreign host, an unknown id and what is no id', async (_, read) => {
    await read(theirs, foreign.publicId);
    for (const hostId of [foreign.publicId, UNKNOWN_ID, NEVER_AN_ID, '']) {
      await expect(read(ours, hostId), hostId).rejects.toMatchObject({ name: 'ServiceError', code: 'not-found' });
    }
  });

  test('an unknown store of a known host is not-found', async () => {
    await expect(services.getStore(ours, full.publicId, 'mount:/nowhere')).rejects.toMatchObject({ code: 'not-found' });
    const query = { hostId: full.publicId, storeKey: 'mount:/nowhere', rangeSeconds: 3_600, points: 100 };
    await expect(services.storeHistory(ours, query)).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each(['host', 'host_status', 'layout', 'resource', 'snapshot'])(
    'without any predicate, %s still shows the rows of the set organisation alone, and none when unset',
    async (table) => {
      const sql = openDatabase(fleet.urls.silt_web, { applicationName: 'test', max: 1 });
      try {
        const seen = await withOrganisation(
          sql,
          theirs,
          (tx) => tx`SELECT DISTINCT organisation_id AS id FROM ${tx(table)}`,
        );
        expect(seen.map(({ id }) => id)).toEqual([theirs]);
        expect(await sql`SELECT 1 FROM ${sql(table)}`).toHaveLength(0);
      } finally {
        await sql.end();
      }
    },
  );
});
