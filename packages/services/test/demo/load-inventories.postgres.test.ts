import { openDatabase, type Sql } from '@silt/db';
import type { Item, ItemRun, Scope } from '@silt/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { DemoHost, DemoRun } from '../../src/demo/demo-host.ts';
import { type DemoServices, openDemoServices } from '../../src/demo/open-demo-services.ts';
import { addOrganisation, createTestFleet, DAY_MILLISECONDS, SPACE, storeOf, type TestFleet } from '../fleet-rows.ts';

const MIB = 2 ** 20;
const NOW = Date.parse('2026-03-15T15:00:00Z');
const FROM = NOW - 6 * DAY_MILLISECONDS;
const dayAt = (day: number): number => FROM + day * DAY_MILLISECONDS;

const scope = (name: string, status: Scope['status'] = 'complete'): Scope => ({
  ...{ name, status, reason: status === 'complete' ? null : 'it does not answer' },
});
const item = (key: string, mib: number, more: Partial<Item> = {}): Item => ({
  ...{
    key,
    kind: 'volume',
    name: key,
    scope: 'docker volumes x',
    storeKey: 'mount:/',
    parentKey: null,
    ownerKey: null,
  },
  ...{ sizeBytes: mib * MIB, counted: true, leastBytes: mib * MIB, mostBytes: mib * MIB, state: null, attributes: {} },
  ...more,
});
const STORE = item('store:mount:/', 0, {
  kind: 'store',
  scope: 'filesystems',
  counted: false,
  leastBytes: null,
  mostBytes: null,
});
const DOCKER = scope('docker volumes x');
const runOf = (items: Item[], docker: Scope = DOCKER): ItemRun => ({
  scopes: [scope('filesystems'), docker],
  items: [STORE, ...items],
});

/** A day each. `b` goes on day 3 while its scope is not read, and is known to be gone on day 4. */
const RUNS: ItemRun[] = [
  runOf([item('a', 1_000), item('b', 50)]),
  runOf([item('a', 1_005), item('b', 50)]),
  runOf([item('a', 1_500), item('b', 50, { state: 'in use', ownerKey: 'a' })]),
  runOf([item('a', 1_500)], scope('docker volumes x', 'not-read')),
  runOf([item('a', 1_500)]),
  runOf([item('a', 1_500), item('b', 70)]),
];

/** Its rules are not asked. */
const LOOK = {} as Pick<DemoRun, 'snapshot' | 'inventory'>;

function hostNamed(name: string): DemoHost {
  return {
    ...{ facts: { machineId: name, name, kernelRelease: '6.1', distribution: null, architecture: 'x86_64' } },
    ...{ tags: [], enrolledAt: FROM, history: () => [], snapshot: () => null },
    layouts: [{ stores: [storeOf('mount:/', '/')], daemons: [], entries: SPACE('mount:/') }],
    *inventoriesBetween({ from, to }): Iterable<DemoRun> {
      for (const [day, run] of RUNS.entries())
        if (dayAt(day) >= from && dayAt(day) <= to) yield { at: dayAt(day), run, ...LOOK };
    },
  };
}

let fleet: TestFleet;
let owner: Sql;
let services: DemoServices;
let organisationId: string;
let count = 0;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  owner = openDatabase(fleet.adminUrl, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await owner.end();
  await fleet.drop();
});
beforeEach(async () => {
  count += 1;
  organisationId = await addOrganisation(fleet.owner, `Inventories-${count}`);
  services = openDemoServices(fleet.urls.silt_ingest);
});
afterEach(() => services.close());

async function load(until: number) {
  const publicKeys = new Map([['a', Buffer.alloc(32, count)]]);
  const hosts = await services.registerHosts({ organisationId, hosts: [hostNamed('a')], publicKeys });
  return services.loadInventories({ hosts, collectorVersion: 'simulated', from: FROM, now: new Date(until) });
}

/** Days of its beginning and its end, MiB, state, and keys of store and owner. */
async function versionsOf(key: string) {
  const rows = await owner<
    { from: Date; to: Date | null; size: number; state: string; store: string; owner: string }[]
  >`
    SELECT v.valid_from AS from, nullif(v.valid_to, 'infinity') AS to, v.size_bytes AS size, v.state, s.key AS store,
      o.key AS owner
    FROM item_version v
    JOIN item i ON i.host_id = v.host_id AND i.item_no = v.item_no
    LEFT JOIN item s ON s.host_id = v.host_id AND s.item_no = v.store_no
    LEFT JOIN item o ON o.host_id = v.host_id AND o.item_no = v.owner_no
    WHERE i.organisation_id = ${organisationId} AND i.key = ${key} ORDER BY v.valid_from`;
  const dayOf = (at: Date | null) => (at === null ? null : (at.getTime() - FROM) / DAY_MILLISECONDS);
  return rows.map(({ from, to, size, state, store, owner: by }) => [
    dayOf(from),
    dayOf(to),
    size / MIB,
    state,
    store,
    by,
  ]);
}

const A = [
  // A day old, and it moved: a new version though it moved by less than 1 %.
  [0, 1, 1_000, null, 'store:mount:/', null],
  [1, 2, 1_005, null, 'store:mount:/', null],
  [2, null, 1_500, null, 'store:mount:/', null],
];
const B = [
  [0, 2, 50, null, 'store:mount:/', null],
  [2, 4, 50, 'in use', 'store:mount:/', 'a'],
  [5, null, 70, null, 'store:mount:/', null],
];

async function expectAll(): Promise<void> {
  expect(await versionsOf('a')).toEqual(A);
  expect(await versionsOf('b')).toEqual(B);
  const spans = await owner<{ days: number }[]>`
    SELECT extract(epoch FROM valid_from - ${new Date(FROM)}) / 86400 AS days FROM inventory_span
    WHERE organisation_id = ${organisationId} ORDER BY valid_from`;
  expect(spans.map(({ days }) => Number(days))).toEqual([0, 1, 2, 3, 4, 5]);
  const states = await owner`
    SELECT observed_at, stale_since FROM inventory_state WHERE organisation_id = ${organisationId}`;
  expect(states).toEqual([{ observed_at: new Date(dayAt(5)), stale_since: null }]);
}

describe('inventories of a history', () => {
  test('become versions: what is gone ends when a read in full says so, and comes back as the same item', async () => {
    expect(await load(NOW)).toEqual({ inventories: 6, versions: 7, findings: 0 });
    await expectAll();
  });

  test('loaded again get nothing a second time', async () => {
    await load(NOW);
    expect(await load(NOW)).toEqual({ inventories: 0, versions: 0, findings: 0 });
    await expectAll();
  });

  test('loaded day by day are the same as at once', async () => {
    for (let day = 0; day <= 6; day += 1) await load(dayAt(day));
    await expectAll();
  });
});
