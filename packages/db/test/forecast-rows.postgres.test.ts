import { type ClockForecast, type ClockName, type Reading, stopsWrites } from '@silt/domain';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  CURRENT_FORECAST_MAX_AGE_MILLISECONDS,
  deleteOldForecasts,
  openDatabase,
  readCurrentForecasts,
  readDueForecasts,
  readHostsToForecast,
  readHostsToScore,
  readMovedHosts,
  readScoredForecasts,
  type Sql,
  withOrganisation,
  writeForecasts,
  writeScores,
} from '../src/index.ts';
import { openSeriesStage, type SeriesStage, STORE } from './series-stage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date('2026-03-10T12:00:00Z');
const later = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

let stage: SeriesStage;
let web: Sql;
let host: { hostId: number; organisationId: string };

beforeAll(async () => {
  stage = await openSeriesStage(inject('postgresUrl'));
  web = openDatabase(stage.database.urls.silt_web, { applicationName: 'test', max: 1 });
});

beforeEach(async () => {
  host = await stage.addHost();
  await setStatus(NOW, [50, 100]);
});

afterAll(async () => {
  await web.end();
  await stage.close();
});

async function setStatus(at: Date, readings: readonly Reading[], layoutNo = 1): Promise<void> {
  await stage.owner`
    INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
      clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total)
    VALUES (${host.hostId}, ${host.organisationId}, ${at}, ${at}, 'boot', ${at}, 0, 10, ${layoutNo},
      ${`{${readings.map(String).join(',')}}`}::text::bigint[], '[]', 1, 1)
    ON CONFLICT (host_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, readings = excluded.readings,
      layout_no = excluded.layout_no`;
}

const STEADY: ClockForecast = {
  ...{ clock: 'space', stops: true, verdict: 'steady', reason: 'no-growth', alarm: false, daysLeft: null },
  ...{ slopePerDay: { low: -1, mid: 0, high: 1 }, alarmFromDays: null, since: null, used: 50, capacity: 100 },
  window: { from: NOW.getTime() - 30 * DAY, to: NOW.getTime(), points: 720 },
};
const FILLING: ClockForecast = {
  ...STEADY,
  ...{ verdict: 'filling', reason: 'trend', alarm: true, daysLeft: { p10: 4, p50: 5, p90: 6.5 } },
  ...{ slopePerDay: { low: 8, mid: 10, high: 12 }, since: NOW.getTime() - 3 * DAY },
};
const FULL: ClockForecast = {
  ...FILLING,
  ...{ verdict: 'full', reason: 'at-capacity', daysLeft: { p10: 0, p50: 0, p90: 0 }, used: 100 },
};

function write(now: Date, clocks: Partial<Record<ClockName, ClockForecast>>, of = host): Promise<number[]> {
  const said = Object.entries(clocks).map(([clock, one]) => {
    return { ...one, clock: clock as ClockName, stops: stopsWrites(clock as ClockName) };
  });
  const stores = [{ storeKey: STORE, forecast: { clocks: said, earliest: null } }];
  return writeForecasts(stage.worker, [{ ...of, horizonDays: 7, stores }], { now });
}

const current = (at: Date, organisationId = host.organisationId) =>
  withOrganisation(web, organisationId, (tx) => readCurrentForecasts(tx, { ...host, organisationId, at }));

interface Row {
  madeAt: Date;
  confirmedAt: Date;
  verdict: string;
  due: string;
}

const rows = () => stage.owner<Row[]>`
  SELECT made_at AS "madeAt", confirmed_at AS "confirmedAt", verdict, due_at::text AS due FROM forecast
  WHERE host_id = ${host.hostId} ORDER BY made_at, resource_no`;

test('a forecast comes back as it was said', async () => {
  expect(await write(NOW, { space: FILLING })).toEqual([host.hostId]);
  expect(await current(NOW)).toEqual([
    {
      ...{ hostId: host.hostId, storeKey: STORE, clock: 'space', madeAt: NOW, confirmedAt: NOW, horizonDays: 7 },
      ...{ verdict: 'filling', reason: 'trend', alarm: true, daysLeft: FILLING.daysLeft, used: 50, capacity: 100 },
      slopePerDay: FILLING.slopePerDay,
      ...{ since: later(-3 * DAY), window: { from: later(-30 * DAY), to: NOW, points: 720 }, score: null },
    },
  ]);
  const nothing = { daysLeft: null, slopePerDay: null, since: null, used: null, capacity: null, window: null };
  await write(later(HOUR), { space: { ...STEADY, ...nothing, verdict: 'too-short', reason: 'few-days' } });
  expect(await current(later(HOUR))).toMatchObject([{ ...nothing, verdict: 'too-short', reason: 'few-days' }]);
});

test('what is said again moves its confirmation; another thing, or an old date, begins a row', async () => {
  for (const hours of [0, 1, 2]) await write(later(hours * HOUR), { space: STEADY });
  expect(await write(later(3 * HOUR), { space: STEADY })).toEqual([]);
  expect(await write(later(4 * HOUR), { space: FILLING })).toEqual([host.hostId]);
  const daysLeft = { p10: 3, p50: 4, p90: 5.5 };
  await write(later(4 * HOUR + DAY), { space: { ...FILLING, daysLeft } });
  expect(await rows()).toMatchObject([
    { verdict: 'steady', madeAt: NOW, confirmedAt: later(3 * HOUR) },
    { verdict: 'filling', madeAt: later(4 * HOUR), confirmedAt: later(4 * HOUR) },
    { verdict: 'filling', madeAt: later(4 * HOUR + DAY) },
  ]);
});

test('it is due at its p90, without a date at its horizon, and never where nothing is said of what comes', async () => {
  await write(NOW, { space: FILLING, inodes: STEADY });
  await write(later(HOUR), { space: { ...STEADY, verdict: 'too-short', reason: 'few-days' } });
  const [, inodes, short] = await rows();
  const [space] = await rows();
  const due = [space, inodes].map((row) => new Date(row?.due ?? '').getTime()).toSorted((one, other) => one - other);
  expect(due).toEqual([later(6.5 * DAY).getTime(), later(7 * DAY).getTime()]);
  expect(short?.due).toBe('infinity');
});

test('as of a moment it is the last one made before, unless nobody has said so for long', async () => {
  await write(NOW, { space: STEADY });
  await write(later(DAY), { space: FILLING });
  expect(await current(later(-1))).toEqual([]);
  expect(await current(later(DAY - 1))).toMatchObject([{ verdict: 'steady' }]);
  expect(await current(later(DAY))).toMatchObject([{ verdict: 'filling' }]);
  expect(await current(later(DAY + CURRENT_FORECAST_MAX_AGE_MILLISECONDS))).toHaveLength(1);
  expect(await current(later(DAY + CURRENT_FORECAST_MAX_AGE_MILLISECONDS + 1))).toEqual([]);
});

test('the status says the earliest date of all clocks, and any alarm', async () => {
  const status = async () => {
    const [row] = await stage.owner`
      SELECT days_left_p50 AS p50, days_left_p90 AS p90, days_left_store_key AS "storeKey", days_left_clock AS clock,
        forecast_verdict AS verdict, forecast_alarm AS alarm, forecast_at AS at
      FROM host_status WHERE host_id = ${host.hostId}`;
    return row;
  };
  const far = { ...FILLING, alarm: false, daysLeft: { p10: 20, p50: 30, p90: null } };
  await write(NOW, { space: far, inodes: FILLING });
  expect(await status()).toEqual({
    ...{ p50: 5, p90: 6.5, storeKey: STORE, clock: 'inodes', verdict: 'filling', alarm: true, at: NOW },
  });
  await write(later(HOUR), { space: far, inodes: STEADY });
  // The row of an hour ago still says it, an hour less.
  expect(await status()).toMatchObject({ p50: 30 - 1 / 24, p90: null, clock: 'space', alarm: false });
  await write(later(2 * HOUR), { space: STEADY, inodes: STEADY });
  expect(await status()).toMatchObject({ p50: null, storeKey: STORE, clock: 'space', verdict: 'steady' });
  await write(later(3 * HOUR), {});
  expect(await status()).toMatchObject({ p50: null, storeKey: null, clock: null, verdict: null, at: later(3 * HOUR) });
});

test('a clock that became full makes what was said of it due, once', async () => {
  await write(NOW, { space: FILLING, inodes: STEADY });
  await write(later(HOUR), { space: FULL, inodes: STEADY });
  expect(await readHostsToScore(stage.worker, { now: later(HOUR - 1), after: 0, limit: 9 })).toEqual([]);
  const due = await readDueForecasts(stage.worker, [host], later(HOUR));
  expect(due).toMatchObject([{ clock: 'space', said: { madeAt: NOW.getTime(), verdict: 'filling', horizonDays: 7 } }]);
  const score = { scoredAt: later(HOUR), outcome: 'sooner', actualDays: 1 / 24, actualSlope: 1_200 } as const;
  await writeScores(
    stage.worker,
    due.map((one) => ({ due: one, score })),
  );
  expect(await readDueForecasts(stage.worker, [host], later(HOUR))).toEqual([]);
  const query = { ...host, storeKey: STORE, since: NOW, limit: 5 };
  const scored = await withOrganisation(web, host.organisationId, (tx) => readScoredForecasts(tx, query));
  expect(scored).toMatchObject([{ clock: 'space', madeAt: NOW, score }]);
});

test('one whose time has not come after all is put back', async () => {
  await write(NOW, { space: FILLING });
  await write(later(HOUR), { space: FULL });
  const due = await readDueForecasts(stage.worker, [host], later(HOUR));
  await writeScores(
    stage.worker,
    due.map((one) => ({ due: one, score: null, dueAt: later(6 * DAY) })),
  );
  expect(new Date((await rows())[0]?.due ?? '')).toEqual(later(6 * DAY));
});

test('two that write the same host at once leave one row of what is said', async () => {
  await Promise.all(Array.from({ length: 4 }, (_, one) => write(later(one), { space: STEADY, inodes: STEADY })));
  // Whoever comes first may be the latest: what is earlier than it is no repetition of it.
  const made = (await rows()).map(({ madeAt }) => madeAt.getTime());
  expect(new Set(made).size * 2).toBe(made.length);
  expect(await current(later(10))).toHaveLength(2);
});

test('another organisation reads no forecast of a host whose id it knows', async () => {
  await write(NOW, { space: FILLING });
  const [theirs] = await stage.owner`
    INSERT INTO organisation (name, slug) VALUES ('Theirs', ${`theirs-${host.hostId}`}) RETURNING id`;
  expect(await current(NOW, theirs?.id)).toEqual([]);
  const query = { hostId: host.hostId, storeKey: STORE, since: new Date(0), limit: 5 };
  const asked = { ...query, organisationId: host.organisationId };
  expect(await withOrganisation(web, theirs?.id, (tx) => readScoredForecasts(tx, asked))).toEqual([]);
  const rowsSeen = await withOrganisation(web, theirs?.id, (tx) => tx`SELECT 1 FROM forecast`);
  expect(rowsSeen).toHaveLength(0);
});

test('what was said for the last time long ago is deleted', async () => {
  await write(NOW, { space: STEADY });
  await write(later(DAY), { space: FILLING });
  expect(await deleteOldForecasts(stage.worker, [host.hostId], later(1))).toBe(1);
  expect(await rows()).toMatchObject([{ verdict: 'filling' }]);
});

const isDue = async (before: Date) => {
  const due = await readHostsToForecast(stage.worker, { before, limit: 1_000 });
  return due.some(({ hostId }) => hostId === host.hostId);
};

test('a host is due that has no forecast, or an old one and news since; a silent and a retired one are not', async () => {
  expect(await isDue(NOW)).toBe(true);
  await write(later(1), { space: STEADY });
  expect(await isDue(later(HOUR))).toBe(false);
  await setStatus(later(2), [50, 100]);
  expect(await isDue(later(HOUR))).toBe(true);
  expect(await isDue(later(1))).toBe(false);
  await stage.owner`UPDATE host SET retired_at = ${NOW} WHERE id = ${host.hostId}`;
  expect(await isDue(later(HOUR))).toBe(false);
});

test.each([
  ['little more is used', [52, 100], 1, false],
  // 5 % of 50 is 2.5.
  ['much of the room is used up', [53, 100], 1, true],
  ['it became free', [10, 100], 1, false],
  ['it was not read', [null, 100], 1, false],
  ['the capacity grew', [50, 106], 1, true],
  ['the capacity shrank', [50, 94], 1, true],
  ['it became full', [100, 100], 1, true],
  ['other stores are read', [3, 100, 50], 2, true],
] as const)('a host moved when %s: %s', async (_name, readings, layoutNo, isMoved) => {
  await stage.addSamples(host.hostId, [{ at: NOW.getTime() - 5_000, layoutNo: 1, readings: [50, 100] }]);
  await write(NOW, { space: STEADY });
  const moved = async () => {
    const hosts = await readMovedHosts(stage.worker, { before: NOW, limit: 1_000 });
    return hosts.some(({ hostId }) => hostId === host.hostId);
  };
  expect(await moved()).toBe(false);
  await setStatus(later(60_000), readings, layoutNo);
  expect(await moved()).toBe(isMoved);
  await stage.owner`UPDATE host SET retired_at = ${NOW} WHERE id = ${host.hostId}`;
  expect(await moved()).toBe(false);
});
