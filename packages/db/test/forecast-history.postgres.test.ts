import { HOUR_MILLISECONDS, type SeriesPoint } from '@silt/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  compactHosts,
  ensureSeriesPartitions,
  type HostHistories,
  openDatabase,
  readHourHistory,
  readRecentHistory,
  withOrganisation,
} from '../src/index.ts';
import { DAY, DAY_MILLISECONDS, openSeriesStage, type SeriesStage, STORE, wildSamples } from './series-stage.ts';

let stage: SeriesStage;
const AT = DAY.getTime();
const RANGE = { from: DAY, to: new Date(AT + 2 * DAY_MILLISECONDS) };

beforeAll(async () => {
  stage = await openSeriesStage(inject('postgresUrl'));
  await ensureSeriesPartitions(stage.worker, DAY);
});

afterAll(() => stage.close());

/** Points by the hour they are of, without the moment within it. */
const byHour = (points: readonly SeriesPoint[] = []) =>
  points.map(({ at, ...point }) => ({ ...point, hour: Math.floor(at / HOUR_MILLISECONDS) }));
const seriesOf = (histories: HostHistories, hostId: number) => histories.get(hostId)?.get(STORE);

test('hours are the same before and after their day is rolled up, and with one day of two rolled up', async () => {
  const [one, other] = [await stage.addHost(), await stage.addHost()];
  await stage.addSamples(one.hostId, wildSamples(1, AT, 2, 60));
  await stage.addSamples(other.hostId, wildSamples(2, AT, 2, 300));
  const read = () => readHourHistory(stage.worker, [one, other], RANGE);
  const hot = await read();
  expect(seriesOf(hot, one.hostId)?.usedBytes?.length).toBeGreaterThan(40);
  for (const days of [1, 2]) {
    const day = new Date(AT + (days - 1) * DAY_MILLISECONDS);
    await compactHosts(stage.worker, [one.hostId, other.hostId], day);
    const rolled = await read();
    for (const { hostId } of [one, other]) {
      for (const series of ['usedBytes', 'capacityBytes', 'usedInodes'] as const) {
        const points = seriesOf(rolled, hostId)?.[series] ?? [];
        expect(byHour(points)).toEqual(byHour(seriesOf(hot, hostId)?.[series]));
        expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted((a, b) => a - b));
      }
    }
  }
});

test('an hour that comes late joins what is rolled up of it', async () => {
  const host = await stage.addHost();
  await stage.addSamples(host.hostId, [{ at: AT + 60_000, layoutNo: 1, readings: [50, 100] }]);
  await compactHosts(stage.worker, [host.hostId], DAY);
  await stage.addSamples(host.hostId, [{ at: AT + 120_000, layoutNo: 1, readings: [70, 100] }]);
  const points = seriesOf(await readHourHistory(stage.worker, [host], RANGE), host.hostId)?.usedBytes;
  expect(byHour(points)).toEqual([{ min: 50, max: 70, last: 70, hour: AT / HOUR_MILLISECONDS }]);
});

test('nothing after the end is seen, also not of a rolled-up hour that it lies in', async () => {
  const host = await stage.addHost();
  const samples = Array.from({ length: 24 * 12 }, (_, beat) => {
    return { at: AT + beat * 300_000, layoutNo: 1, readings: [beat, 1_000] };
  });
  await stage.addSamples(host.hostId, samples);
  const to = new Date(AT + 5.5 * HOUR_MILLISECONDS);
  const used = async () =>
    seriesOf(await readHourHistory(stage.worker, [host], { from: DAY, to }), host.hostId)?.usedBytes;
  expect((await used())?.at(-1)).toEqual({ at: to.getTime() - 300_000, min: 60, max: 65, last: 65 });
  await compactHosts(stage.worker, [host.hostId], DAY);
  expect((await used())?.at(-1)).toEqual({ at: AT + 5 * HOUR_MILLISECONDS - 1, min: 48, max: 59, last: 59 });
});

test('recent points are ten minutes each of the last twelve hours', async () => {
  const host = await stage.addHost();
  const samples = Array.from({ length: 24 * 60 }, (_, beat) => {
    return { at: AT + beat * 60_000, layoutNo: 1, readings: [beat, 10_000] };
  });
  await stage.addSamples(host.hostId, samples);
  const now = new Date(AT + 20 * HOUR_MILLISECONDS);
  const recent = seriesOf(await readRecentHistory(stage.worker, [host], now), host.hostId);
  expect(recent?.usedBytes).toHaveLength(72);
  expect(recent?.usedBytes?.[0]).toEqual({ at: AT + 489 * 60_000, min: 480, max: 489, last: 489 });
  expect(recent?.capacityBytes?.at(-1)).toEqual({ at: AT + 1_199 * 60_000, min: 10_000, max: 10_000, last: 10_000 });
});

test('series that no clock needs are not read; a host without any has an empty history', async () => {
  const [host, bare] = [await stage.addHost(), await stage.addHost()];
  await stage.owner`
    INSERT INTO resource (host_id, organisation_id, resource_no, store_key, series, unit)
    VALUES (${host.hostId}, ${stage.organisationId}, 12, ${STORE}, 'deviceErrors', 'count')`;
  await stage.owner`
    INSERT INTO layout (host_id, organisation_id, layout_no, hash, stores, daemons, resource_nos)
    VALUES (${host.hostId}, ${stage.organisationId}, 3, '3', '[]', '[]', '{7,12}')`;
  await stage.addSamples(host.hostId, [{ at: AT, layoutNo: 3, readings: [5, 1] }]);
  const histories = await readHourHistory(stage.worker, [host, bare], RANGE);
  expect(Object.keys(seriesOf(histories, host.hostId) ?? {})).toEqual(['usedBytes']);
  expect(histories.get(bare.hostId)).toEqual(new Map());
  expect(await readHourHistory(stage.worker, [], RANGE)).toEqual(new Map());
});

test('another organisation reads nothing of a host whose id it knows', async () => {
  const host = await stage.addHost();
  await stage.addSamples(host.hostId, [{ at: AT, layoutNo: 1, readings: [5, 10] }]);
  const [theirs] = await stage.owner`INSERT INTO organisation (name, slug) VALUES ('Theirs', 'theirs') RETURNING id`;
  const web = openDatabase(stage.database.urls.silt_web, { applicationName: 'test', max: 1 });
  try {
    const seen = (organisationId: string) =>
      withOrganisation(web, organisationId, (tx) => readHourHistory(tx, [host], RANGE));
    expect(seriesOf(await seen(stage.organisationId), host.hostId)?.usedBytes).toHaveLength(1);
    expect(await seen(theirs?.id)).toEqual(new Map([[host.hostId, new Map()]]));
  } finally {
    await web.end();
  }
});
