import { CHANGES_CHANNEL, openDatabase, type Sql } from '@silt/db';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deriveHostStatuses } from '../../src/derive/derive-host-statuses.ts';
import { ensurePartitions } from '../../src/derive/ensure-partitions.ts';
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
  type TestSample,
} from '../fleet-rows.ts';

const ROOT = 'mount:/';
const GIB = 2 ** 30;
const SIGNAL = new AbortController().signal;
/** In the middle of a day, so that today has a past. */
const NOW = new Date('2026-03-15T15:00:00Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MILLISECONDS);

let fleet: TestFleet;
let worker: Sql;
let organisationId: string;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 2 });
  organisationId = await addOrganisation(fleet.owner, 'Ours');
});

afterAll(async () => {
  await worker.end();
  await fleet.drop();
});

async function addFullHost(name: string, samples: TestSample[]): Promise<TestHost> {
  const host = await addHost(fleet.owner, organisationId, name);
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
  await addSamples(fleet.owner, host, samples);
  await setStatus(fleet.owner, host, {
    at: NOW,
    readings: [50, 100],
    fullest: { storeKey: ROOT, used: 50, capacity: 100 },
  });
  return host;
}

interface Derived {
  sparkline: (number | null)[];
  day: string;
  growthPerDay: number | null;
}

async function derived(host: TestHost): Promise<Derived> {
  const [row] = await fleet.owner<[Derived]>`
    SELECT to_jsonb(sparkline) AS sparkline, sparkline_day::text AS day, growth_per_day AS "growthPerDay"
    FROM host_status WHERE host_id = ${host.id}`;
  return row;
}

describe('host status', () => {
  test('the sparkline has the last fill of each UTC day, and null where a day has no sample', async () => {
    const host = await addFullHost('holes', [
      { at: new Date('2026-03-01T23:59:59Z'), readings: [99, 100] },
      { at: new Date('2026-03-02T00:00:00Z'), readings: [10, 100] },
      { at: new Date('2026-03-02T23:59:59Z'), readings: [20, 100] },
      { at: new Date('2026-03-05T01:00:00Z'), readings: [30, 100] },
      { at: new Date('2026-03-15T14:59:50Z'), readings: [50, 100] },
      { at: new Date('2026-03-16T00:00:00Z'), readings: [77, 100] },
    ]);
    await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL });
    const { sparkline, day } = await derived(host);
    // 2 to 15 March.
    const expected = [0.2, null, null, 0.3, ...new Array(9).fill(null), 0.5];
    expect(sparkline).toEqual(expected);
    expect(day).toBe('2026-03-15');
  });

  test('a day whose last sample could not read the store is null, and so is a capacity of zero', async () => {
    const host = await addFullHost('unread', [
      { at: daysAgo(2), readings: [null, 100] },
      { at: daysAgo(1), readings: [0, 0] },
      { at: NOW, readings: [0, 100] },
    ]);
    await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL });
    expect((await derived(host)).sparkline.slice(-3)).toEqual([null, null, 0]);
  });

  test('growth is that of the last seven days of the used series', async () => {
    const samples = Array.from({ length: 15 * 24 }, (_, hour) => {
      const at = new Date(NOW.getTime() - hour * HOUR_MILLISECONDS);
      // A wild past, then 2 GiB a day.
      return { at, readings: [hour > 168 ? 900 * GIB : Math.round((100 - hour / 12) * GIB), 1_000 * GIB] };
    });
    const host = await addFullHost('growing', samples);
    await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL });
    expect((await derived(host)).growthPerDay ?? 0).toBeCloseTo(2 * GIB, -1);
  });

  test('less than a day of history has no growth, also across midnight; a day has one', async () => {
    const young = await addFullHost('young', [
      { at: new Date(NOW.getTime() - 23 * HOUR_MILLISECONDS), readings: [10, 100] },
      { at: NOW, readings: [50, 100] },
    ]);
    const older = await addFullHost('older', [
      { at: new Date(NOW.getTime() - 24 * HOUR_MILLISECONDS), readings: [10, 100] },
      { at: new Date(NOW.getTime() - 16 * HOUR_MILLISECONDS), readings: [10, 100] },
      { at: NOW, readings: [50, 100] },
    ]);
    await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL });
    expect((await derived(young)).growthPerDay).toBeNull();
    expect((await derived(older)).growthPerDay).toBeGreaterThan(0);
  });

  test('places of the layout that each sample came with are used', async () => {
    const host = await addFullHost('moved', [{ at: daysAgo(1), readings: [10, 100] }]);
    await addLayout(fleet.owner, host, 2, {
      stores: [storeOf(ROOT, '/')],
      entries: [...SPACE('mount:/other'), { storeKey: ROOT, series: 'capacityBytes' }, ...SPACE(ROOT).slice(0, 1)],
    });
    await addSamples(fleet.owner, host, [{ at: NOW, readings: [1, 2, 200, 60], layoutNo: 2 }]);
    await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL });
    expect((await derived(host)).sparkline.slice(-2)).toEqual([0.1, 0.3]);
  });

  test('a host of which nothing was read has fourteen nulls and no growth', async () => {
    const host = await addHost(fleet.owner, organisationId, 'blind');
    await setStatus(fleet.owner, host, { at: NOW, readings: [], fullest: null });
    await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL });
    expect(await derived(host)).toMatchObject({ sparkline: new Array(14).fill(null), growthPerDay: null });
  });

  test('what was derived is left alone for ten minutes, then made anew; who changed is told', async () => {
    const told: string[] = [];
    await worker.listen(CHANGES_CHANNEL, (payload) => told.push(payload));
    const host = await addFullHost('again', [{ at: NOW, readings: [50, 100] }]);
    const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
    expect(await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL })).toBe(1);
    expect(await deriveHostStatuses(worker, { now: at(9), signal: SIGNAL })).toBe(0);
    expect(await deriveHostStatuses(worker, { now: at(11), signal: SIGNAL })).toBeGreaterThan(1);
    await expect.poll(() => told.length).toBe(2);
    expect(JSON.parse(told[0] ?? '')).toEqual({ [organisationId]: [host.publicId] });
  });

  test('more hosts than a batch are all derived', async () => {
    const hosts = Array.from({ length: 230 }, (_, index) => `batch ${index}`);
    for (const name of hosts) {
      const host = await addHost(fleet.owner, organisationId, name);
      await setStatus(fleet.owner, host, { at: NOW, readings: [], fullest: null });
    }
    expect(await deriveHostStatuses(worker, { now: NOW, signal: SIGNAL })).toBe(230);
  });

  test('it stops between batches when told to', async () => {
    const later = new Date(NOW.getTime() + 3 * HOUR_MILLISECONDS);
    expect(await deriveHostStatuses(worker, { now: later, signal: AbortSignal.abort() })).toBe(0);
  });
});

test('partitions from yesterday to a week ahead are made once, and rows of the default one are moved into theirs', async () => {
  const host = await addHost(fleet.owner, organisationId, 'partitioned');
  const at = new Date('2026-06-02T12:00:00Z');
  await addSamples(fleet.owner, host, [{ at, readings: [1] }]);
  const tableOf = async () => {
    const [row] = await fleet.owner`SELECT tableoid::regclass::text AS name FROM snapshot WHERE host_id = ${host.id}`;
    return row?.name;
  };
  expect(await tableOf()).toBe('snapshot_default');
  expect(await ensurePartitions(worker, at)).toBe(9);
  expect(await tableOf()).toBe('snapshot_20260602');
  expect(await ensurePartitions(worker, at)).toBe(0);
});
