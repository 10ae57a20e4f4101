import { openDatabase, type Sql } from '@silt/db';
import type { StoreHistory } from '@silt/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { rollUpHistory } from '../../src/derive/roll-up-history.ts';
import { storeHistory } from '../../src/web/read-store-history.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  SPACE,
  storeOf,
  type TestFleet,
  type TestHost,
  type TestSample,
} from '../fleet-rows.ts';

const ROOT = 'mount:/';
const OTHER = 'mount:/other';
const FIVE_MINUTES_SECONDS = 300;

let fleet: TestFleet;
let web: Sql;
let organisationId: string;
/** Seconds since the epoch; fixed, so that samples and buckets always lie alike. */
const now = Date.parse('2026-03-15T15:00:07Z') / 1_000;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  web = openDatabase(fleet.urls.silt_web, { applicationName: 'test', max: 1 });
  organisationId = await addOrganisation(fleet.owner, 'Ours');
});

afterAll(async () => {
  await web.end();
  await fleet.drop();
});

async function addRoot(name: string): Promise<TestHost> {
  const host = await addHost(fleet.owner, organisationId, name);
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
  return host;
}

/** Samples every `spacing` seconds from `from` to `to` seconds ago; `readings` is told the seconds ago. */
function beats(
  { from, to, spacing }: { from: number; to: number; spacing: number },
  readings: (secondsAgo: number) => TestSample['readings'],
  layoutNo = 1,
): TestSample[] {
  const samples: TestSample[] = [];
  for (let ago = from; ago > to; ago -= spacing) {
    samples.push({ at: new Date((now - ago) * 1_000), readings: readings(ago), layoutNo });
  }
  return samples;
}

const context = () => ({ sql: web, organisationId, now: new Date(now * 1_000) });

const history = (host: TestHost, rangeSeconds: number, points = 1_000): Promise<StoreHistory> =>
  storeHistory(context(), { hostId: host.publicId, storeKey: ROOT, rangeSeconds, points });

const seriesOf = ({ series }: StoreHistory, name: string) => {
  const found = series.find((one) => one.name === name);
  if (!found) throw new Error(`no series ${name}`);
  return found;
};

test('a regular history has no hole, whatever the range, although its beats are slower than the grid asked for', async () => {
  const host = await addRoot('regular');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 30 * 86_400, to: 0, spacing: FIVE_MINUTES_SECONDS }, () => [5, 10]),
  );
  for (const rangeSeconds of [3_600, 21_600, 86_400, 604_800, 2_592_000]) {
    const result = await history(host, rangeSeconds);
    const { last } = seriesOf(result, 'usedBytes');
    expect(result.bucketSeconds).toBeGreaterThanOrEqual(FIVE_MINUTES_SECONDS);
    // The first bucket of the longest range may begin before the history does.
    expect(last.slice(1), `${rangeSeconds}`).toEqual(new Array(last.length - 1).fill(5));
    expect(last.length).toBeLessThanOrEqual(1_000);
  }
});

test('the grid is regular and aligned, and all arrays are as long as it', async () => {
  const host = await addRoot('grid');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 3_600, to: 0, spacing: 10 }, () => [5, 10]),
  );
  const result = await history(host, 3_600, 100);
  const { times, bucketSeconds, from, to, series } = result;
  expect(bucketSeconds).toBe(36);
  expect(times.every((time, index) => time % 36 === 0 && time === (times[0] ?? 0) + index * 36)).toBe(true);
  expect(Date.parse(from) / 1_000).toBe(times[0]);
  expect(Date.parse(to) / 1_000).toBe((times.at(-1) ?? 0) + 36);
  for (const { min, max, last } of series) {
    expect([min.length, max.length, last.length]).toEqual([times.length, times.length, times.length]);
  }
  expect(series.map(({ name, unit }) => [name, unit])).toEqual([
    ['usedBytes', 'bytes'],
    ['capacityBytes', 'bytes'],
  ]);
});

test('an outage is a hole in min, max and last, exactly as long as it was', async () => {
  const host = await addRoot('outage');
  await addSamples(fleet.owner, host, [
    ...beats({ from: 3_600, to: 2_400, spacing: 10 }, () => [5, 10]),
    ...beats({ from: 1_800, to: 0, spacing: 10 }, () => [7, 10]),
  ]);
  const result = await history(host, 3_600);
  const { min, max, last } = seriesOf(result, 'usedBytes');
  result.times.forEach((time, index) => {
    const inside = time >= now - 2_400 && time + result.bucketSeconds <= now - 1_800;
    const outside = time + result.bucketSeconds <= now - 2_410 || time >= now - 1_800;
    if (inside) expect([min[index], max[index], last[index]]).toEqual([null, null, null]);
    if (outside && index > 0) expect(last[index]).toBe(time >= now - 1_800 ? 7 : 5);
  });
  expect(last.filter((value) => value === null).length).toBeGreaterThan(30);
});

test('min and max keep the spike that last has lost', async () => {
  const host = await addRoot('spike');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 3_600, to: 0, spacing: 10 }, (ago) => [ago === 1_800 ? 9 : ago === 1_500 ? 1 : 5, 10]),
  );
  const { min, max, last } = seriesOf(await history(host, 3_600, 30), 'usedBytes');
  expect(Math.max(...max.map(Number))).toBe(9);
  expect(Math.min(...min.map(Number))).toBe(1);
  expect(new Set(last)).toEqual(new Set([5]));
});

test('a reading that was not read stays null while the other series of the same beats have numbers', async () => {
  const host = await addRoot('blind');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 3_600, to: 0, spacing: 10 }, (ago) => (ago > 1_800 ? [5, 10] : [null, 10])),
  );
  const result = await history(host, 3_600);
  const used = seriesOf(result, 'usedBytes').last;
  expect(used.at(-2)).toBeNull();
  expect(used.at(5)).toBe(5);
  expect(seriesOf(result, 'capacityBytes').last.at(-2)).toBe(10);
});

test('last is the last that was read in a bucket, not a beat that could not read', async () => {
  const host = await addRoot('partly');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 3_600, to: 0, spacing: 10 }, (ago) => [ago % 20 === 0 ? 5 : null, 10]),
  );
  const { last } = seriesOf(await history(host, 3_600, 60), 'usedBytes');
  expect(new Set(last.slice(1, -1))).toEqual(new Set([5]));
});

test('a layout change in the middle is read at the right places, and a series that ends is null from then on', async () => {
  const host = await addRoot('moved');
  await addLayout(fleet.owner, host, 2, {
    stores: [storeOf(OTHER, '/other'), storeOf(ROOT, '/')],
    entries: [...SPACE(OTHER), { storeKey: ROOT, series: 'capacityBytes' }, { storeKey: ROOT, series: 'usedBytes' }],
  });
  await addLayout(fleet.owner, host, 3, { stores: [storeOf(OTHER, '/other')], entries: SPACE(OTHER) });
  await addSamples(fleet.owner, host, [
    ...beats({ from: 3_600, to: 2_400, spacing: 10 }, () => [5, 10]),
    ...beats({ from: 2_400, to: 1_200, spacing: 10 }, () => [111, 222, 20, 6], 2),
    ...beats({ from: 1_200, to: 0, spacing: 10 }, () => [111, 222], 3),
  ]);
  const result = await history(host, 3_600, 36);
  const at = (secondsAgo: number): number => result.times.findIndex((time) => time >= now - secondsAgo);
  const used = seriesOf(result, 'usedBytes');
  const capacity = seriesOf(result, 'capacityBytes');
  expect([used.last[at(3_000)], capacity.last[at(3_000)]]).toEqual([5, 10]);
  expect([used.last[at(1_800)], capacity.last[at(1_800)]]).toEqual([6, 20]);
  expect([used.last[at(600)], capacity.last[at(600)]]).toEqual([null, null]);
});

test('where a slow history turns into a fast one, neither part is full of holes', async () => {
  const host = await addRoot('mixed');
  await addSamples(fleet.owner, host, [
    ...beats({ from: 86_400, to: 7_200, spacing: FIVE_MINUTES_SECONDS }, () => [5, 10]),
    ...beats({ from: 7_200, to: 0, spacing: 10 }, () => [5, 10]),
  ]);
  const { last } = seriesOf(await history(host, 86_400), 'usedBytes');
  expect(last.slice(1)).toEqual(new Array(last.length - 1).fill(5));
});

test('a host of ten minutes is fine-grained also in a range of 90 days that it does not fill', async () => {
  const host = await addRoot('young');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 600, to: 0, spacing: 10 }, () => [5, 10]),
  );
  expect((await history(host, 3_600)).bucketSeconds).toBe(15);
  const long = await history(host, 7_776_000);
  expect(seriesOf(long, 'usedBytes').last.filter((value) => value !== null)).toHaveLength(1);
});

test('a gap of the range is named with its history, although no sample of it ever comes; other kinds are not', async () => {
  const host = await addRoot('lossy');
  await addSamples(fleet.owner, host, [
    ...beats({ from: 3_600, to: 2_400, spacing: 10 }, () => [5, 10]),
    ...beats({ from: 1_800, to: 0, spacing: 10 }, () => [7, 10]),
  ]);
  const at = (secondsAgo: number): string => new Date((now - secondsAgo) * 1_000).toISOString();
  const times = { firstTakenAt: at(2_400), lastTakenAt: at(1_810) };
  const details = [
    { kind: 'gap', toldAgo: 1_700, detail: { from: 1, to: 60, reason: 'spool-full', ...times } },
    {
      ...{ kind: 'gap', toldAgo: 4_000 },
      detail: { from: 1, to: 2, reason: 'corrupt', firstTakenAt: null, lastTakenAt: null },
    },
    { kind: 'key-rotated', toldAgo: 100, detail: { keyId: 'k' } },
  ];
  for (const { kind, toldAgo, detail } of details) {
    await fleet.owner`
      INSERT INTO event (host_id, at, organisation_id, kind, detail)
      VALUES (${host.id}, ${at(toldAgo)}, ${organisationId}, ${kind}, ${fleet.owner.json(detail)})`;
  }
  expect((await history(host, 3_600)).gaps).toEqual([
    { from: at(2_400), to: at(1_810), records: 60, reason: 'spool-full' },
  ]);
  expect((await history(host, 86_400)).gaps).toHaveLength(2);
});

test('a range that ends in the past ends with the bucket of that moment, and shows a history that is rolled up alike', async () => {
  const host = await addRoot('rolled up');
  await addSamples(
    fleet.owner,
    host,
    beats({ from: 10 * 86_400, to: 0, spacing: 60 }, (ago) => [ago === 388_800 ? 99 : 5, 10]),
  );
  const at = new Date((now - 4 * 86_400) * 1_000);
  const read = (range: { rangeSeconds: number; points: number }) =>
    storeHistory(context(), { hostId: host.publicId, storeKey: ROOT, at, ...range });
  const ranges = [
    { rangeSeconds: 86_400, points: 600 },
    { rangeSeconds: 259_200, points: 600 },
    { rangeSeconds: 604_800, points: 100 },
    { rangeSeconds: 31_536_000, points: 600 },
  ];
  const before = [];
  for (const range of ranges) before.push(await read(range));
  const worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 1 });
  const { samples } = await rollUpHistory(worker, { ...context(), signal: new AbortController().signal });
  await worker.end();
  expect(samples).toBeGreaterThan(7 * 1_440);
  for (const [index, range] of ranges.entries()) expect(await read(range)).toEqual(before[index]);
  expect(before.map(({ bucketSeconds }) => bucketSeconds)).toEqual([180, 480, 7_200, 86_400]);
  for (const history of before) {
    expect(Date.parse(history.to) - at.getTime()).toBeLessThan(history.bucketSeconds * 1_000);
    expect(Math.max(...seriesOf(history, 'usedBytes').max.map(Number))).toBe(99);
  }
});

test('a range that ends in the future is bad input', async () => {
  const query = { hostId: 'unused', storeKey: ROOT, rangeSeconds: 3_600, points: 100, at: new Date((now + 1) * 1_000) };
  await expect(storeHistory(context(), query)).rejects.toMatchObject({ code: 'bad-input' });
});

test.each([
  ['no point', { points: 0 }],
  ['too many points', { points: 2_001 }],
  ['a fraction of a point', { points: 1.5 }],
  ['no range', { rangeSeconds: 0 }],
  ['a range of ten years', { rangeSeconds: 315_360_000 }],
  ['what is no number', { rangeSeconds: Number.NaN }],
])('%s is bad input', async (_, change) => {
  const query = { hostId: 'unused', storeKey: ROOT, rangeSeconds: 3_600, points: 100, ...change };
  await expect(storeHistory(context(), query)).rejects.toMatchObject({ code: 'bad-input' });
});
