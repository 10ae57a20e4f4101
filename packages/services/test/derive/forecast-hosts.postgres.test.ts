import { CHANGES_CHANNEL, encodeHours, ensureSeriesPartitions, openDatabase, type Sql } from '@silt/db';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { forecastHosts } from '../../src/derive/forecast-hosts.ts';
import { forecastPast } from '../../src/derive/forecast-past.ts';
import { scoreForecasts } from '../../src/derive/score-forecasts.ts';
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

const ROOT = 'mount:/';
const CAPACITY = 1_000_000;
const SIGNAL = new AbortController().signal;
const NOW = new Date('2026-03-15T12:00:00Z');
const MIDNIGHT = Date.UTC(2026, 2, 15);
const later = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

let fleet: TestFleet;
let worker: Sql;
let ingest: Sql;
let organisationId: string;
let organisations = 0;

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 2 });
  ingest = openDatabase(fleet.urls.silt_ingest, { applicationName: 'test', max: 2 });
  for (const month of ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01']) {
    await ensureSeriesPartitions(worker, new Date(month));
  }
});

beforeEach(async () => {
  // Each test sees its own hosts alone.
  await fleet.owner`DELETE FROM forecast`;
  await fleet.owner`UPDATE host SET retired_at = ${NOW} WHERE retired_at IS NULL`;
  organisations += 1;
  organisationId = await addOrganisation(fleet.owner, `Ours${organisations}`);
});

afterAll(async () => {
  await Promise.all([worker.end(), ingest.end()]);
  await fleet.drop();
});

type UsedAt = (day: number) => number;

/** A host whose root had `usedAt` of days before today's midnight; its hours up to then are rolled up. */
async function addGrowing(name: string, usedAt: UsedAt, { from = -40, to = 0 } = {}): Promise<TestHost> {
  const host = await addHost(fleet.owner, organisationId, name);
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
  await addHours(host, usedAt, { from, to });
  const used = Math.round(usedAt(0.5));
  await setStatus(fleet.owner, host, { at: NOW, readings: [used, CAPACITY], fullest: null });
  await addSamples(fleet.owner, host, [{ at: later(-1_000), readings: [used, CAPACITY] }]);
  return host;
}

async function addHours(host: TestHost, usedAt: UsedAt, { from, to }: { from: number; to: number }): Promise<void> {
  const summary = (value: number) => ({ min: value, max: value, last: value, mean: value, samples: 60 });
  const days = Array.from({ length: to - from }, (_, place) => from + place);
  const rows = days.flatMap((day) => {
    const hours = Array.from({ length: 24 }, (_, hour) => summary(Math.round(usedAt(day + (hour + 1) / 24))));
    const date = new Date(MIDNIGHT + day * DAY_MILLISECONDS).toISOString().slice(0, 10);
    const capacities = new Array(24).fill(summary(CAPACITY));
    return [hours, capacities].map((of, place) => ({ no: place + 1, date, data: encodeHours(of).toString('base64') }));
  });
  await fleet.owner`
    INSERT INTO series_hour (host_id, resource_no, day, organisation_id, data)
    SELECT ${host.id}, no, day, ${host.organisationId}, decode(data, 'base64')
    FROM unnest(${rows.map(({ no }) => no)}::int[], ${rows.map(({ date }) => date)}::text[]::date[],
      ${rows.map(({ data }) => data)}::text[]) AS r (no, day, data)`;
}

const STEADY: UsedAt = () => 300_000;
/** 2 % a day, full on day 10. */
const LEAK: UsedAt = (day) => Math.min(CAPACITY, 800_000 + 20_000 * day);

const rowsOf = ({ id }: TestHost) => fleet.owner`
  SELECT made_at AS "madeAt", verdict, alarm, horizon_days::integer AS "horizonDays", days_left_p50 AS p50, outcome,
    actual_days AS "actualDays", scored_at AS "scoredAt", used
  FROM forecast WHERE host_id = ${id} ORDER BY made_at`;

test('each host is forecast once, and again after an hour when something came since', async () => {
  const [steady, leaking] = [await addGrowing('steady', STEADY), await addGrowing('leaking', LEAK)];
  expect(await forecastHosts(worker, { now: NOW, signal: SIGNAL })).toEqual({ hosts: 2, moved: 0, failures: [] });
  expect(await rowsOf(steady)).toMatchObject([{ madeAt: NOW, verdict: 'steady', p50: null, used: 300_000 }]);
  const [said] = await rowsOf(leaking);
  expect(said).toMatchObject({ verdict: 'filling', used: 810_000 });
  // (1,000,000 − 810,000) ÷ 20,000
  expect(Math.abs(said?.p50 - 9.5)).toBeLessThan(1);
  const [status] = await fleet.owner`
    SELECT days_left_p50 AS p50, days_left_clock AS clock, forecast_at AS at FROM host_status
    WHERE host_id = ${leaking.id}`;
  expect(status).toEqual({ p50: said?.p50, clock: 'space', at: NOW });

  expect(await forecastHosts(worker, { now: later(60_000), signal: SIGNAL })).toMatchObject({ hosts: 0 });
  await setStatus(fleet.owner, steady, { at: later(HOUR_MILLISECONDS), readings: [300_000, CAPACITY], fullest: null });
  expect(await forecastHosts(worker, { now: later(HOUR_MILLISECONDS + 1), signal: SIGNAL })).toMatchObject({
    hosts: 1,
  });
  expect(await rowsOf(steady)).toHaveLength(1);
});

test('a host that moved is forecast at once', async () => {
  const host = await addGrowing('moving', STEADY);
  await forecastHosts(worker, { now: NOW, signal: SIGNAL });
  const at = later(60_000);
  await setStatus(fleet.owner, host, { at, readings: [400_000, CAPACITY], fullest: null });
  await addSamples(fleet.owner, host, [{ at, readings: [400_000, CAPACITY] }]);
  const now = later(61_000);
  expect(await forecastHosts(worker, { now, signal: SIGNAL })).toEqual({ hosts: 1, moved: 1, failures: [] });
  expect(await forecastHosts(worker, { now: later(62_000), signal: SIGNAL })).toMatchObject({ hosts: 0 });
});

test('the horizon is the longest that the tags of the host say', async () => {
  const host = await addGrowing('tagged', LEAK);
  await fleet.owner`UPDATE host SET tags = '{ci,slow}' WHERE id = ${host.id}`;
  await fleet.owner`
    INSERT INTO tag_setting (organisation_id, tag, horizon_days)
    VALUES (${organisationId}, '', 3), (${organisationId}, 'ci', 5), (${organisationId}, 'slow', 14)`;
  await forecastHosts(worker, { now: NOW, signal: SIGNAL });
  expect(await rowsOf(host)).toMatchObject([{ horizonDays: 14 }]);
});

test('a host whose history cannot be read keeps none of the others', async () => {
  const hosts = [await addGrowing('a', STEADY), await addGrowing('broken', STEADY), await addGrowing('c', STEADY)];
  await fleet.owner`UPDATE series_hour SET data = '\\x07' WHERE host_id = ${hosts[1]?.id ?? 0}`;
  const { hosts: done, failures } = await forecastHosts(worker, { now: NOW, signal: SIGNAL });
  expect(done).toBe(2);
  expect(failures).toMatchObject([{ hostId: hosts[1]?.id, error: { message: 'version 7 is not known' } }]);
});

test('a store that is gone from the host is not forecast any more; one that was never read says nothing', async () => {
  const host = await addGrowing('changed', STEADY);
  await addLayout(fleet.owner, host, 2, { stores: [storeOf('mount:/new', '/new')], entries: SPACE('mount:/new') });
  await setStatus(fleet.owner, host, { at: NOW, readings: [1, 2], layoutNo: 2, fullest: null });
  expect(await forecastHosts(worker, { now: NOW, signal: SIGNAL })).toMatchObject({ hosts: 1 });
  expect(await rowsOf(host)).toEqual([]);
  expect(await forecastHosts(worker, { now: NOW, signal: SIGNAL })).toMatchObject({ hosts: 0 });
});

test('hosts of which something else is said are told to those that look at them', async () => {
  const heard: string[] = [];
  const listener = openDatabase(fleet.urls.silt_web, { applicationName: 'test', max: 1 });
  await listener.listen(CHANGES_CHANNEL, (payload) => heard.push(payload));
  const host = await addGrowing('told', STEADY);
  await forecastHosts(worker, { now: NOW, signal: SIGNAL });
  const said = { [organisationId]: [host.publicId] };
  await expect.poll(() => heard.map((payload) => JSON.parse(payload))).toEqual([said]);
  await setStatus(fleet.owner, host, { at: later(HOUR_MILLISECONDS), readings: [300_000, CAPACITY], fullest: null });
  await forecastHosts(worker, { now: later(HOUR_MILLISECONDS + 1), signal: SIGNAL });
  await listener.notify(CHANGES_CHANNEL, '{}');
  await expect.poll(() => heard.map((payload) => JSON.parse(payload))).toEqual([said, {}]);
  await listener.end();
});

test('a forecast is scored by what was stored once its time has come, and not before', async () => {
  const host = await addGrowing('scored', LEAK, { to: 12 });
  await forecastHosts(worker, { now: NOW, signal: SIGNAL });
  expect(await scoreForecasts(worker, { now: later(9 * DAY_MILLISECONDS), signal: SIGNAL })).toMatchObject({
    forecasts: 0,
  });
  const now = later(20 * DAY_MILLISECONDS);
  expect(await scoreForecasts(worker, { now, signal: SIGNAL })).toEqual({ forecasts: 1, failures: [] });
  const [row] = await rowsOf(host);
  expect(row).toMatchObject({ outcome: 'in-time', scoredAt: now });
  // Full at midnight of day 10, made at noon of day 0; FULL_ROOM_SHARE comes an hour or two before.
  expect(Math.abs(row?.actualDays - 9.5)).toBeLessThan(0.1);
  expect(await scoreForecasts(worker, { now, signal: SIGNAL })).toEqual({ forecasts: 0, failures: [] });
});

test('what was said before it became full is scored the same day', async () => {
  const host = await addGrowing('filled', STEADY);
  await forecastHosts(worker, { now: NOW, signal: SIGNAL });
  const at = later(2 * HOUR_MILLISECONDS);
  await setStatus(fleet.owner, host, { at, readings: [CAPACITY, CAPACITY], fullest: null });
  await addSamples(fleet.owner, host, [{ at, readings: [CAPACITY, CAPACITY] }]);
  await forecastHosts(worker, { now: later(2 * HOUR_MILLISECONDS + 1), signal: SIGNAL });
  await scoreForecasts(worker, { now: later(3 * HOUR_MILLISECONDS), signal: SIGNAL });
  expect(await rowsOf(host)).toMatchObject([
    { verdict: 'steady', outcome: 'missed' },
    { verdict: 'full', outcome: null },
  ]);
});

test('the past is forecast step by step with what was read by then, scored, and done once', async () => {
  const [whole, cut] = [await addGrowing('whole', LEAK), await addGrowing('cut', LEAK, { to: -5 })];
  await fleet.owner`UPDATE host_status SET last_seen_at = ${new Date(MIDNIGHT - 5 * DAY_MILLISECONDS)} WHERE host_id = ${cut.id}`;
  const hosts = [whole, cut].map(({ id }) => ({ hostId: id, organisationId }));
  const range = { hosts, from: new Date(MIDNIGHT - 20 * DAY_MILLISECONDS), to: NOW, stepHours: 24 };
  const rows = await forecastPast(ingest, range);
  expect(rows).toBeGreaterThan(10);
  const said = async (host: TestHost) =>
    (await rowsOf(host)).map(({ madeAt, verdict, p50 }) => ({ madeAt, verdict, p50 }));
  const early = (await said(whole)).filter(({ madeAt }) => madeAt.getTime() <= MIDNIGHT - 5 * DAY_MILLISECONDS);
  expect(early.length).toBeGreaterThan(5);
  expect(await said(cut)).toEqual(early);
  expect(await forecastPast(ingest, range)).toBe(0);
  const [status] = await fleet.owner`
    SELECT forecast_at AS at, forecast_verdict AS verdict FROM host_status WHERE host_id = ${whole.id}`;
  expect(status).toEqual({ at: NOW, verdict: 'filling' });
});

test('where the last step of the past only confirms a row, the status says the days of that row, as the store does', async () => {
  const wavering = await addGrowing('wavering', (day) => LEAK(day) + Math.round(15_000 * Math.sin(3 * day)));
  const from = new Date(MIDNIGHT - 20 * DAY_MILLISECONDS);
  await forecastPast(ingest, { hosts: [{ hostId: wavering.id, organisationId }], from, to: NOW, stepHours: 6 });
  const last = (await rowsOf(wavering)).at(-1);
  const age = (NOW.getTime() - last?.madeAt.getTime()) / DAY_MILLISECONDS;
  expect(age).toBeGreaterThan(0);
  const [status] = await fleet.owner`
    SELECT days_left_p50 AS p50, forecast_at AS at FROM host_status WHERE host_id = ${wavering.id}`;
  expect(status?.at).toEqual(NOW);
  expect(status?.p50).toBeCloseTo(last?.p50 - age, 6);
});
