import type { FleetSort } from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type FleetPageQuery, openWebServices, type WebServices } from '../../src/index.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  DAY_MILLISECONDS,
  HOUR_MILLISECONDS,
  SPACE,
  setStatus,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

const GIB = 2 ** 30;
const ROOT = 'mount:/';
const POOL = 'btrfs:0198a000-0000-7000-8000-0000000000bb';
const NOW = Date.now();
const TODAY = Math.floor(NOW / DAY_MILLISECONDS) * DAY_MILLISECONDS;
const dayAgo = (days: number): string => new Date(TODAY - days * DAY_MILLISECONDS).toISOString().slice(0, 10);

let fleet: TestFleet;
let services: WebServices;
let ours: string;
const hosts: Record<string, TestHost> = {};

interface Shape {
  used: number | null;
  tags?: string[];
  growth?: number;
  silentHours?: number;
}

async function add(organisationId: string, name: string, { used, tags = [], growth, silentHours = 0 }: Shape) {
  const host = await addHost(fleet.owner, organisationId, name);
  await fleet.owner`UPDATE host SET tags = ${tags} WHERE id = ${host.id}`;
  await addLayout(fleet.owner, host, 1, {
    stores: [storeOf(ROOT, '/'), storeOf(POOL, '/pool')],
    entries: [...SPACE(ROOT), { storeKey: POOL, series: 'usedBytes' }, { storeKey: POOL, series: 'dataUsedBytes' }],
  });
  await setStatus(fleet.owner, host, {
    at: new Date(NOW - silentHours * HOUR_MILLISECONDS),
    readings: [used ?? 0, 100 * GIB, 9 * GIB, 8 * GIB],
    fullest: used === null ? null : { storeKey: ROOT, used, capacity: 100 * GIB },
  });
  await fleet.owner`UPDATE host_status SET growth_per_day = ${growth ?? null} WHERE host_id = ${host.id}`;
  hosts[name] = host;
  return host;
}

/** What was used of `/` at the end of a day. */
const addDay = (host: TestHost, days: number, value: number, resourceNo = 1) => fleet.owner`
  INSERT INTO series_day
    (host_id, resource_no, day, organisation_id, min_value, max_value, last_value, mean_value, samples)
  VALUES (${host.id}, ${resourceNo}, ${dayAgo(days)}::text::date, ${host.organisationId}, ${value}, ${value}, ${value},
    ${value}, 1440)`;

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
  const theirs = await addOrganisation(fleet.owner, 'Theirs');
  await add(ours, 'build-1', { used: 97 * GIB, tags: ['ci', 'linux'], growth: -5 });
  await add(ours, 'Build-2', { used: 86 * GIB, tags: ['ci'], growth: 3 });
  await add(ours, 'nas', { used: 10 * GIB, growth: 9 });
  await add(ours, 'blind', { used: null, tags: ['linux'] });
  await add(ours, 'silent', { used: 99 * GIB, silentHours: 26 });
  await addHost(fleet.owner, ours, 'awaited');
  const retired = await add(ours, 'retired', { used: 50 * GIB });
  await fleet.owner`UPDATE host SET retired_at = now() WHERE id = ${retired.id}`;
  const foreign = await add(theirs, 'foreign', { used: 60 * GIB, tags: ['ci'] });
  await addDay(foreign, 7, GIB);
  await addDay(retired, 7, GIB);
});

afterAll(async () => {
  await services.close();
  await fleet.drop();
});

const page = (change: Partial<FleetPageQuery> = {}) =>
  services.fleetPage(ours, { sort: 'name', descending: false, offset: 0, limit: 50, ...change });
const namesOf = async (change: Partial<FleetPageQuery>): Promise<string[]> =>
  (await page(change)).hosts.map(({ name }) => name);

describe('a page of the fleet', () => {
  test('counts the hosts by the states that its rows have', async () => {
    const all = await page();
    const counts = { critical: 0, warning: 0, ok: 0, unknown: 0 };
    for (const { state } of all.hosts) counts[state] += 1;
    expect(all.counts).toEqual(counts);
    expect(all.total).toBe(all.hosts.length);
    expect(all.tags).toBeNull();
  });

  test.each([
    ['fill', true, ['silent', 'build-1', 'Build-2', 'nas', 'awaited', 'blind']],
    ['fill', false, ['nas', 'Build-2', 'build-1', 'silent', 'awaited', 'blind']],
    ['name', false, ['awaited', 'blind', 'build-1', 'Build-2', 'nas', 'silent']],
    ['growth', true, ['nas', 'Build-2', 'build-1', 'silent', 'awaited', 'blind']],
    ['state', false, ['build-1', 'Build-2', 'nas', 'silent', 'awaited', 'blind']],
  ] as [FleetSort, boolean, string[]][])(
    'is in order of %s (descending: %s), the unknown last',
    async (sort, descending, names) => {
      expect(await namesOf({ sort, descending })).toEqual(names);
    },
  );

  test.each(['last-seen', 'coverage'] as const)(
    'in order of %s has those never seen last, either way',
    async (sort) => {
      for (const descending of [true, false]) expect((await namesOf({ sort, descending })).at(-1)).toBe('awaited');
    },
  );

  test('takes hosts by words of their name, tags, back ends and fullest store', async () => {
    expect(await namesOf({ text: 'BUILD ci' })).toEqual(['build-1', 'Build-2']);
    expect(await namesOf({ text: 'build linux' })).toEqual(['build-1']);
    expect(await namesOf({ text: '%' })).toEqual([]);
    expect(await namesOf({ text: "'; DROP TABLE host; --" })).toEqual([]);
    expect((await namesOf({ text: 'xfs /' })).length).toBe(4);
    // By its name, which people see, not by its key.
    expect(await namesOf({ text: 'mount:/' })).toEqual([]);
  });

  test('of a state or a tag counts what it leaves out by state alone', async () => {
    const critical = await page({ states: ['critical'], tag: 'ci' });
    expect(critical.hosts.map(({ name }) => name)).toEqual(['build-1']);
    expect(critical).toMatchObject({ total: 1, counts: { critical: 1, warning: 1, ok: 0, unknown: 0 } });
  });

  test('of several states has the hosts of each, and counts those of all states', async () => {
    const counts = { critical: 1, warning: 1, ok: 1, unknown: 3 };
    const some = await page({ states: ['warning', 'critical', 'critical'], groupByTag: true });
    expect(some.hosts.map(({ name }) => name)).toEqual(['build-1', 'Build-2']);
    expect(some).toMatchObject({ total: 2, counts });
    expect(some.tags?.map(({ tag, hosts: tagged }) => [tag, tagged])).toEqual([
      ['ci', 2],
      ['linux', 1],
    ]);
    expect(await page({ states: [] })).toMatchObject({ total: 6, counts });
  });

  test('of hosts without a tag has those alone', async () => {
    expect(await namesOf({ untagged: true })).toEqual(['awaited', 'nas', 'silent']);
    expect(await page({ untagged: true, states: ['ok'] })).toMatchObject({
      ...{ total: 1, counts: { critical: 0, warning: 0, ok: 1, unknown: 2 } },
    });
    await expect(page({ untagged: true, tag: 'ci' })).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('goes on where the one before it ended, and is empty beyond the last', async () => {
    const pages = [await namesOf({ limit: 4 }), await namesOf({ limit: 4, offset: 4 }), await namesOf({ offset: 6 })];
    expect(pages).toEqual([['awaited', 'blind', 'build-1', 'Build-2'], ['nas', 'silent'], []]);
    expect((await page({ offset: 6 })).total).toBe(6);
  });

  test('counts hosts by tag when asked, those without one too', async () => {
    const { tags } = await page({ groupByTag: true, limit: 1 });
    expect(tags).toEqual([
      { tag: null, hosts: 3, counts: { critical: 0, warning: 0, ok: 1, unknown: 2 }, soonest: null },
      { tag: 'ci', hosts: 2, counts: { critical: 1, warning: 1, ok: 0, unknown: 0 }, soonest: null },
      { tag: 'linux', hosts: 2, counts: { critical: 1, warning: 0, ok: 0, unknown: 1 }, soonest: null },
    ]);
  });

  test.each([{ limit: 0 }, { limit: 201 }, { limit: 1.5 }, { offset: -1 }, { offset: 1_000_001 }])(
    'with %j is bad input',
    async (change) => {
      await expect(page(change)).rejects.toMatchObject({ code: 'bad-input' });
    },
  );
});

describe('names', () => {
  const NAMES = [
    ...[
      '',
      '0',
      '007',
      '7',
      "'; DROP TABLE host; --",
      'HOST-9',
      'host-9',
      'host-10',
      'host-10a',
      'host-9a',
      'host-010',
    ],
    ...['host-9-2', 'host-9-10', 'host--1', 'host-99999999999999999999999998', 'host-99999999999999999999999999'],
    ...['a b', 'a\u202eb', 'é-2', 'é-10', '主机-10', '主机-9', 'x'.repeat(250), '9'.repeat(250), '%', '\\'],
  ];
  let organisationId: string;
  const all = async (change: Partial<FleetPageQuery>): Promise<string[]> => {
    const query = { sort: 'name', descending: false, offset: 0, limit: 100, ...change } as const;
    return (await services.fleetPage(organisationId, query)).hosts.map(({ name }) => name);
  };
  beforeAll(async () => {
    organisationId = await addOrganisation(fleet.owner, 'Names');
    for (const name of NAMES) await addHost(fleet.owner, organisationId, name);
  });

  test('stand as people count: 9 before 10, whatever the case and the script', async () => {
    const sorted = await all({});
    const isInOrder = (...names: string[]): void =>
      expect(sorted.filter((name) => names.includes(name))).toEqual(names);
    isInOrder('host-9', 'host-9-2', 'host-9-10', 'host-9a', 'host-10', 'host-10a');
    isInOrder('HOST-9', 'host-10');
    isInOrder('host-99999999999999999999999998', 'host-99999999999999999999999999');
    isInOrder('é-2', 'é-10');
    isInOrder('主机-9', '主机-10');
    isInOrder('0', '7', '9'.repeat(250));
  });

  test('of which two count as equal are in the same order each time, so that no page leaves one out', async () => {
    const sorted = await all({});
    expect([...sorted].sort()).toEqual([...NAMES].sort());
    const pages: string[] = [];
    for (let offset = 0; offset < NAMES.length; offset += 3) pages.push(...(await all({ offset, limit: 3 })));
    expect(pages).toEqual(sorted);
    expect((await all({ descending: true })).toSorted()).toEqual([...NAMES].sort());
  });
});

describe('growers of the fleet', () => {
  const growers = (rangeDays = 7, limit = 10) => services.fleetGrowers(ours, { rangeDays, limit });

  test('of a fleet without any day are none', async () => {
    expect(await growers()).toEqual([]);
  });

  test('are in order of what they grew by since the first day in the range, by their held bytes alone', async () => {
    const { 'build-1': build, nas, silent } = hosts as Record<string, TestHost>;
    await addDay(build as TestHost, 7, 57 * GIB);
    await addDay(nas as TestHost, 8, GIB);
    await addDay(nas as TestHost, 5, 4 * GIB);
    // A btrfs' data, not what df says of it.
    await addDay(nas as TestHost, 7, GIB, 3);
    await addDay(nas as TestHost, 7, 5 * GIB, 4);
    await addDay(silent as TestHost, 7, 100 * GIB);
    // Too young for a day.
    await addSamples(fleet.owner, hosts['Build-2'] as TestHost, [
      { at: new Date(NOW - HOUR_MILLISECONDS), readings: [85 * GIB, 100 * GIB, 9 * GIB, 8 * GIB] },
      { at: new Date(NOW), readings: [86 * GIB, 100 * GIB, 9 * GIB, 8 * GIB] },
    ]);
    const found = await growers();
    expect(found.map(({ hostName, storeName, series, growth }) => [hostName, storeName, series, growth / GIB])).toEqual(
      [
        ['build-1', '/', 'usedBytes', 40],
        ['nas', '/', 'usedBytes', 6],
        ['nas', '/pool', 'dataUsedBytes', 3],
        ['Build-2', '/', 'usedBytes', 1],
      ],
    );
    expect(found[0]).toEqual({
      ...{ hostId: (build as TestHost).publicId, hostName: 'build-1', storeKey: ROOT, storeName: '/' },
      ...{ series: 'usedBytes', unit: 'bytes', growth: 40 * GIB },
      from: { day: dayAgo(7), value: 57 * GIB },
      to: { day: dayAgo(0), value: 97 * GIB },
    });
    expect(await growers(7, 1)).toEqual(found.slice(0, 1));
  });

  test.each([
    [0, 10],
    [366, 10],
    [7, 0],
    [7, 201],
    [1.5, 10],
  ])('over %s days and at most %s are bad input', async (rangeDays, limit) => {
    await expect(growers(rangeDays, limit)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
