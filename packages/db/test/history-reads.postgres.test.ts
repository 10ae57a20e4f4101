import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  openDatabase,
  readBuckets,
  readDailyUse,
  readSampleSpacing,
  readStoreSeries,
  type Sql,
  withOrganisation,
} from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const STORE = 'mount:/';
/** Midnight UTC. */
const DAY = new Date('2026-03-10T00:00:00Z');
const HOUR_SECONDS = 3_600;
const secondsLater = (seconds: number): Date => new Date(DAY.getTime() + seconds * 1_000);

let database: TestDatabase;
let owner: Sql;
let web: Sql;
let organisationId: string;
let host: { hostId: number; organisationId: string };

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  web = openDatabase(database.urls.silt_web, { applicationName: 'test', max: 1 });
  const [row] = await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = row?.id;
});

beforeEach(async () => {
  const [row] = await owner<[{ id: number }]>`
    INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'a') RETURNING id`;
  host = { hostId: row.id, organisationId };
  await owner`
    INSERT INTO resource (host_id, organisation_id, resource_no, store_key, series, unit) VALUES
      (${row.id}, ${organisationId}, 7, ${STORE}, 'usedBytes', 'bytes'),
      (${row.id}, ${organisationId}, 9, ${STORE}, 'capacityBytes', 'bytes')`;
  await owner`
    INSERT INTO layout (host_id, organisation_id, layout_no, hash, stores, daemons, resource_nos) VALUES
      (${row.id}, ${organisationId}, 1, '1', '[]', '[]', '{7,9}'),
      (${row.id}, ${organisationId}, 2, '2', '[]', '[]', '{1,9,7}')`;
});

afterAll(async () => {
  await Promise.all([owner.end(), web.end()]);
  await database.drop();
});

async function add(at: Date, readings: string, layoutNo = 1): Promise<void> {
  await owner`
    INSERT INTO snapshot
      (host_id, organisation_id, observed_at, taken_at, received_at, stream_no, sequence, layout_no, readings)
    VALUES (${host.hostId}, ${organisationId}, ${at}, ${at}, ${at}, 1, ${at.getTime()}, ${layoutNo},
      ${readings}::text::bigint[])`;
}

test('buckets hold min, max and last of each series by the layout of each sample; NULL and holes stay null', async () => {
  await add(secondsLater(0), '{5,100}');
  await add(secondsLater(20), '{9,100}');
  await add(secondsLater(40), '{2,NULL,6}', 2);
  await add(secondsLater(130), '{NULL,100}');
  const from = DAY.getTime() / 1_000;
  const [used, capacity] = await withOrganisation(web, organisationId, async (tx) =>
    readBuckets(tx, host, await readStoreSeries(tx, host, STORE), { from, to: from + 180, bucketSeconds: 60 }),
  );
  expect(used).toEqual({ min: [5, null, null], max: [9, null, null], last: [6, null, null] });
  expect(capacity).toEqual({ min: [100, null, 100], max: [100, null, 100], last: [100, null, 100] });
});

test('last is the last in time also where a bucket holds thousands of samples, stored in any order', async () => {
  await owner`
    INSERT INTO snapshot
      (host_id, organisation_id, observed_at, taken_at, received_at, stream_no, sequence, layout_no, readings)
    SELECT ${host.hostId}, ${organisationId}, at, at, at, 1, n, 1, ARRAY[n, 100]
    FROM generate_series(0, 57599) n, LATERAL (SELECT ${DAY}::timestamptz + make_interval(secs => n) AS at) t
    ORDER BY md5(n::text)`;
  const from = DAY.getTime() / 1_000;
  const [used] = await withOrganisation(web, organisationId, async (tx) =>
    readBuckets(tx, host, await readStoreSeries(tx, host, STORE), { from, to: from + 57_600, bucketSeconds: 14_400 }),
  );
  expect(used).toEqual({
    min: [0, 14_400, 28_800, 43_200],
    max: [14_399, 28_799, 43_199, 57_599],
    last: [14_399, 28_799, 43_199, 57_599],
  });
});

test('spacing is that of neighbouring beats, not of an outage; too few samples have none', async () => {
  const spacing = (hours: number) =>
    withOrganisation(web, organisationId, (tx) =>
      readSampleSpacing(tx, host, { from: DAY, to: secondsLater(hours * HOUR_SECONDS) }),
    );
  expect(await spacing(1)).toBeNull();
  for (let beat = 0; beat < 6; beat += 1) await add(secondsLater(beat * 60 + 0.004), '{5,100}');
  for (let beat = 0; beat < 6; beat += 1) await add(secondsLater(7_200 + beat * 300), '{5,100}');
  expect(await spacing(1)).toBe(60);
  expect(await spacing(24)).toBe(300);
});

test('daily use has the last sample of each UTC day and the first since a moment', async () => {
  await add(secondsLater(-49 * HOUR_SECONDS), '{1,100}');
  await add(secondsLater(-25 * HOUR_SECONDS), '{2,100}');
  await add(secondsLater(-1), '{3,100}', 1);
  await add(secondsLater(0), '{0,100,4}', 2);
  const address = { ...host, storeKey: STORE, resource: 'space' as const };
  const missing = { ...address, storeKey: 'mount:/nowhere' };
  const range = { lastDay: DAY, days: 4, since: secondsLater(-48 * HOUR_SECONDS) };
  const [use, nothing] = await withOrganisation(web, organisationId, (tx) =>
    readDailyUse(tx, [address, missing], range),
  );
  expect(use?.days.map((sample) => sample?.used ?? null)).toEqual([1, 2, 3, 4]);
  expect(use?.first).toEqual({ at: secondsLater(-25 * HOUR_SECONDS), used: 2, capacity: 100 });
  expect(nothing).toEqual({ days: [null, null, null, null], first: null });
});

test('another organisation sees no sample of the host, although it knows its id', async () => {
  await add(DAY, '{5,100}');
  const [other] = await owner`
    INSERT INTO organisation (name, slug) VALUES ('Theirs', ${`theirs-${host.hostId}`}) RETURNING id`;
  const seen = await withOrganisation(web, other?.id, async (tx) => ({
    series: await readStoreSeries(tx, host, STORE),
    use: await readDailyUse(tx, [{ ...host, storeKey: STORE, resource: 'space' }], {
      lastDay: DAY,
      days: 1,
      since: DAY,
    }),
  }));
  expect(seen).toEqual({ series: [], use: [{ days: [null], first: null }] });
});
