import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDatabase, type Sql } from '../src/client.ts';
import { compactHosts } from '../src/history/compact-hosts.ts';
import { dropEmptySnapshotPartition, ensureSeriesPartitions, readClosedDays } from '../src/history/keep-series.ts';
import { readDailyUse } from '../src/history/read-daily-use.ts';
import { readReadingsAt } from '../src/history/read-readings-at.ts';
import { readSampleSpacing } from '../src/history/read-sample-spacing.ts';
import { readBuckets, readStoreSeries } from '../src/history/read-store-history.ts';
import { type HostAddress, withOrganisation } from '../src/index.ts';
import {
  DAY,
  DAY_MILLISECONDS,
  numbersOf,
  openSeriesStage,
  type Sample,
  type SeriesStage,
  STORE,
  wildSamples,
} from './series-stage.ts';

const DAYS = 2;
const MINUTE_MILLISECONDS = 60_000;
const dayAfter = (days: number): Date => new Date(DAY.getTime() + days * DAY_MILLISECONDS);

let stage: SeriesStage;
let web: Sql;

beforeAll(async () => {
  stage = await openSeriesStage(inject('postgresUrl'));
  web = openDatabase(stage.database.urls.silt_web, { applicationName: 'test', max: 1 });
  await ensureSeriesPartitions(stage.worker, DAY);
});
afterAll(async () => {
  await web.end();
  await stage.close();
});

const buckets = (host: HostAddress, bucketSeconds: number) =>
  withOrganisation(web, stage.organisationId, async (tx) => {
    const range = { from: DAY.getTime() / 1_000, to: dayAfter(DAYS).getTime() / 1_000, bucketSeconds };
    return readBuckets(tx, host, await readStoreSeries(tx, host, STORE), range);
  });

const readingsAt = (host: HostAddress, at: number) =>
  withOrganisation(web, stage.organisationId, (tx) => readReadingsAt(tx, host, new Date(at)));

async function compactDays(hostIds: number[]): Promise<number> {
  let samples = 0;
  for (let day = 0; day < DAYS; day += 1) samples += await compactHosts(stage.worker, hostIds, dayAfter(day));
  return samples;
}

/** All that is kept of a host, but the means, which may differ in their last digits. */
async function kept({ hostId }: HostAddress): Promise<unknown> {
  const { owner } = stage;
  return {
    blocks: await owner`
      SELECT resource_no, start_at, end_at, samples, encode(data, 'hex') FROM series_block WHERE host_id = ${hostId}
      ORDER BY start_at, resource_no`,
    days: await owner`
      SELECT resource_no, day, min_value, max_value, last_value, samples FROM series_day WHERE host_id = ${hostId}
      ORDER BY day, resource_no`,
    means: (await owner`SELECT mean_value FROM series_day WHERE host_id = ${hostId} ORDER BY day, resource_no`).map(
      ({ mean_value }) => Number(mean_value).toPrecision(9),
    ),
  };
}

describe.each([
  { name: 'beats of ten seconds', spacing: 10 },
  { name: 'beats of a minute', spacing: 60 },
  { name: 'beats of five minutes', spacing: 300 },
])('$name', ({ spacing }) => {
  let host: HostAddress;
  let samples: Sample[];

  beforeAll(async () => {
    host = await stage.addHost();
    samples = wildSamples(spacing, DAY.getTime(), DAYS, spacing);
    await stage.addSamples(host.hostId, samples);
  });

  test('a history reads the same before and after, and so does each minute', async () => {
    const widths = [60, 120, 300, 900, 3_600, 7_200, 86_400];
    const before = [];
    for (const width of widths) before.push(await buckets(host, width));
    const moments = Array.from({ length: 40 }, (_, index) => DAY.getTime() + index * 71 * MINUTE_MILLISECONDS - 1);
    const readBefore = [];
    for (const moment of moments) readBefore.push(await readingsAt(host, moment));
    expect(await compactDays([host.hostId])).toBe(samples.length);
    for (const [index, width] of widths.entries())
      expect(await buckets(host, width), `${width}`).toEqual(before[index]);
    for (const [index, moment] of moments.entries()) expect(await readingsAt(host, moment)).toEqual(readBefore[index]);
    expect(await stage.owner`SELECT 1 FROM snapshot WHERE host_id = ${host.hostId}`).toHaveLength(0);
  });

  test('every number that was read is counted once in the days, and its mean is that of all', async () => {
    const days = await stage.owner<{ resourceNo: number; day: Date; mean: number; samples: number }[]>`
      SELECT resource_no AS "resourceNo", day, mean_value AS mean, samples FROM series_day WHERE host_id = ${host.hostId}`;
    for (const { resourceNo, day, mean, samples: count } of days) {
      const numbers = samples
        .filter(({ at }) => Math.floor(at / DAY_MILLISECONDS) * DAY_MILLISECONDS === day.getTime())
        .map(({ layoutNo, readings }) => readings[(layoutNo === 1 ? [7, 9] : [11, 9, 7]).indexOf(resourceNo)] ?? null)
        .filter((value) => value !== null);
      expect(count).toBe(numbers.length);
      expect(mean / (numbers.reduce((sum, value) => sum + value, 0) / numbers.length)).toBeCloseTo(1, 9);
    }
    expect(days.length).toBeGreaterThanOrEqual(4);
  });

  test('the spacing of beats is known of blocks too', async () => {
    const range = { from: DAY, to: dayAfter(1) };
    const read = await withOrganisation(web, stage.organisationId, (tx) => readSampleSpacing(tx, host, range));
    expect(read).toBeGreaterThanOrEqual(Math.max(spacing, 60) * 0.8);
    expect(read).toBeLessThanOrEqual(Math.max(spacing, 60) * 1.3);
  });
});

test('what comes late, in any order and piece by piece, ends as if it had come in time', async () => {
  const [inTime, late] = [await stage.addHost(), await stage.addHost()];
  const samples = wildSamples(3, DAY.getTime(), DAYS, 20);
  await stage.addSamples(inTime.hostId, samples);
  await compactDays([inTime.hostId]);
  const next = numbersOf(4);
  const parts = Map.groupBy(samples, () => Math.floor(next() * 5));
  for (const part of parts.values()) {
    await stage.addSamples(late.hostId, part);
    expect(await compactDays([late.hostId])).toBe(part.length);
  }
  for (const width of [60, 3_600, 86_400]) {
    const [one, other] = [await buckets(late, width), await buckets(inTime, width)];
    expect(one.map(({ min, max }) => ({ min, max }))).toEqual(other.map(({ min, max }) => ({ min, max })));
  }
  const withoutLast = wildSamples(3, DAY.getTime(), DAYS, 70);
  const [regular, lateRegular] = [await stage.addHost(), await stage.addHost()];
  await stage.addSamples(regular.hostId, withoutLast);
  await compactDays([regular.hostId]);
  for (const part of Map.groupBy(withoutLast, () => Math.floor(next() * 5)).values()) {
    await stage.addSamples(lateRegular.hostId, part);
    await compactDays([lateRegular.hostId]);
  }
  expect(await kept(lateRegular)).toEqual(await kept(regular));
});

test('what is late and not rolled up yet is read beside what is', async () => {
  const host = await stage.addHost();
  const samples = wildSamples(5, DAY.getTime(), DAYS, 60);
  await stage.addSamples(host.hostId, samples);
  const before = [await buckets(host, 60), await buckets(host, 3_600)];
  await stage.owner`DELETE FROM snapshot WHERE host_id = ${host.hostId}`;
  const isLate = ({ at }: Sample) => Math.floor(at / 17_000_000) % 2 === 1;
  await stage.addSamples(
    host.hostId,
    samples.filter((sample) => !isLate(sample)),
  );
  await compactDays([host.hostId]);
  await stage.addSamples(host.hostId, samples.filter(isLate));
  expect(await buckets(host, 60)).toEqual(before[0]);
  const hours = await buckets(host, 3_600);
  expect(hours.map(({ min, max }) => ({ min, max }))).toEqual(before[1]?.map(({ min, max }) => ({ min, max })));
});

test('the last of each day and the first since a moment are the same of rolled-up days', async () => {
  const host = await stage.addHost();
  const samples = wildSamples(8, DAY.getTime(), DAYS, 60).filter(({ readings }) => !readings.includes(null));
  await stage.addSamples(host.hostId, samples);
  const addresses = [{ ...host, storeKey: STORE, resource: 'space' as const }];
  const range = { lastDay: dayAfter(2), days: 4, since: new Date(DAY.getTime() + 30 * 3_600_000) };
  const use = () => withOrganisation(web, stage.organisationId, (tx) => readDailyUse(tx, addresses, range));
  const before = await use();
  expect(before[0]?.days.map((day) => day === null)).toEqual([true, false, false, true]);
  await compactHosts(stage.worker, [host.hostId], DAY);
  expect(await use()).toEqual(before);
  await compactDays([host.hostId]);
  expect(await use()).toEqual(before);
});

test('another organisation sees nothing of what is rolled up, although it knows the host', async () => {
  const host = await stage.addHost();
  await stage.addSamples(host.hostId, [{ at: DAY.getTime(), layoutNo: 1, readings: [1, 2] }]);
  await compactDays([host.hostId]);
  const [other] = await stage.owner`INSERT INTO organisation (name, slug) VALUES ('Theirs', 'theirs') RETURNING id`;
  const seen = await withOrganisation(web, other?.id, async (tx) => {
    const counts = [];
    for (const table of ['series_block', 'series_hour', 'series_day'] as const) {
      counts.push((await tx`SELECT 1 FROM ${tx(table)} WHERE host_id = ${host.hostId}`).length);
    }
    return { counts, readings: await readReadingsAt(tx, host, dayAfter(1)) };
  });
  expect(seen).toEqual({ counts: [0, 0, 0], readings: null });
  expect(await readingsAt(host, DAY.getTime())).not.toBeNull();
});

test('several at once take each sample once', async () => {
  const hosts = [await stage.addHost(), await stage.addHost(), await stage.addHost()];
  for (const { hostId } of hosts) await stage.addSamples(hostId, wildSamples(hostId, DAY.getTime(), 1, 60));
  const ids = hosts.map(({ hostId }) => hostId);
  const [row] = await stage.owner<[{ count: number }]>`SELECT count(*) FROM snapshot WHERE host_id = ANY(${ids})`;
  const taken = await Promise.all(
    [ids, [...ids].reverse(), ids.slice(1), ids.slice(0, 1)].map((some) => compactHosts(stage.worker, some, DAY)),
  );
  expect(taken.reduce((sum, one) => sum + one, 0)).toBe(row.count);
});

test('a sample whose layout is not there is an error that leaves all as it is', async () => {
  const host = await stage.addHost();
  await stage.addSamples(host.hostId, [
    { at: DAY.getTime() + 1_000, layoutNo: 1, readings: [1, 2] },
    { at: DAY.getTime() + 2_000, layoutNo: 5, readings: [1, 2] },
  ]);
  await expect(compactHosts(stage.worker, [host.hostId], DAY)).rejects.toThrow(/the layout 5, which it does not have/);
  expect(await stage.owner`SELECT 1 FROM snapshot WHERE host_id = ${host.hostId}`).toHaveLength(2);
  expect(await stage.owner`SELECT 1 FROM series_block WHERE host_id = ${host.hostId}`).toHaveLength(0);
  await stage.owner`DELETE FROM snapshot WHERE host_id = ${host.hostId}`;
});

test('before the first sample nothing is known; between two, the earlier one is; hours and days answer when blocks are gone', async () => {
  const host = await stage.addHost();
  const at = DAY.getTime() + 10 * 3_600_000;
  await stage.addSamples(host.hostId, [
    { at, layoutNo: 1, readings: [5, 10] },
    { at: at + 90 * MINUTE_MILLISECONDS, layoutNo: 2, readings: [1, null, 7] },
  ]);
  await compactDays([host.hostId]);
  expect(await readingsAt(host, at - 1)).toBeNull();
  expect(await readingsAt(host, at + 60 * MINUTE_MILLISECONDS)).toEqual({
    ...{ observedAt: new Date(at), layoutNo: 1 },
    readings: new Map([
      [7, 5],
      [9, 10],
    ]),
  });
  expect(await readingsAt(host, at + DAY_MILLISECONDS)).toEqual({
    ...{ observedAt: new Date(at + 90 * MINUTE_MILLISECONDS), layoutNo: 2 },
    readings: new Map([
      [11, 1],
      [9, null],
      [7, 7],
    ]),
  });
  await stage.owner`DELETE FROM series_block WHERE host_id = ${host.hostId}`;
  expect(await readingsAt(host, at + 59 * MINUTE_MILLISECONDS)).toBeNull();
  expect((await readingsAt(host, at + 61 * MINUTE_MILLISECONDS))?.observedAt).toEqual(
    new Date(at + 60 * MINUTE_MILLISECONDS),
  );
  await stage.owner`DELETE FROM series_hour WHERE host_id = ${host.hostId}`;
  expect(await readingsAt(host, dayAfter(1).getTime() - 1)).toBeNull();
  expect(await readingsAt(host, dayAfter(1).getTime())).toEqual({
    ...{ observedAt: dayAfter(1), layoutNo: 2 },
    readings: new Map([
      [11, 1],
      [9, 10],
      [7, 7],
    ]),
  });
});

test('a partition with a row is never dropped, an empty one of a closed day is, one of today is not', async () => {
  const { owner, worker } = stage;
  const day = new Date('2026-02-01T00:00:00Z');
  await owner`SELECT ensure_snapshot_partition('2026-02-01')`;
  const host = await stage.addHost();
  await stage.addSamples(host.hostId, [{ at: day.getTime(), layoutNo: 1, readings: [1, 2] }]);
  const now = new Date('2026-02-20T12:00:00Z');
  expect(await readClosedDays(worker, now)).toEqual([{ day, hasPartition: true, lateHostIds: [] }]);
  expect(await dropEmptySnapshotPartition(worker, day)).toBe(false);
  await ensureSeriesPartitions(worker, day);
  await compactHosts(worker, [host.hostId], day);
  expect(await dropEmptySnapshotPartition(worker, day)).toBe(true);
  expect(await dropEmptySnapshotPartition(worker, day)).toBe(false);
  await stage.addSamples(host.hostId, [{ at: day.getTime() + 1, layoutNo: 1, readings: [1, 2] }]);
  expect(await readClosedDays(worker, now)).toEqual([{ day, hasPartition: false, lateHostIds: [host.hostId] }]);
  expect(await compactHosts(worker, [host.hostId], day)).toBe(1);
  await owner`SELECT ensure_snapshot_partition(current_date)`;
  await expect(dropEmptySnapshotPartition(worker, new Date())).rejects.toThrow(/is not closed/);
});
