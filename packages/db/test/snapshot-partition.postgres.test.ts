import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openDatabase, type Sql } from '../src/client.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const DAY = '2026-11-21';
const TIMES = ['2026-11-20T23:59:59.999Z', '2026-11-21T00:00:00Z', '2026-11-21T23:59:59.999Z', '2026-11-22T00:00:00Z'];

let database: TestDatabase;
let ingest: Sql;

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  const owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  await owner`INSERT INTO organisation (name, slug) VALUES ('Home', 'home')`;
  await owner`INSERT INTO host (organisation_id, name) SELECT id, 'one' FROM organisation`;
  await owner.end();
  ingest = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 4 });
});
afterEach(async () => {
  await ingest.end();
  await database.drop();
});

const insertAll = () => ingest`
  INSERT INTO snapshot (host_id, observed_at, stream_no, sequence, organisation_id, taken_at, received_at, layout_no,
    readings)
  SELECT h.id, t.at, 1, t.no, h.organisation_id, t.at, t.at, 1, '{1,NULL}'
  FROM host h CROSS JOIN unnest(${TIMES}::timestamptz[]) WITH ORDINALITY AS t (at, no)`;

const ensure = async () =>
  (await ingest<{ made: boolean }[]>`SELECT ensure_snapshot_partition(${DAY}::text::date) AS made`)[0]?.made;

const placed = async () =>
  (await ingest`SELECT sequence, tableoid::regclass::text AS place FROM snapshot ORDER BY sequence`).map(
    ({ place }) => place,
  );

test('rows of a day move out of the default partition into their own, and none is lost', async () => {
  await insertAll();
  expect(await placed()).toEqual(TIMES.map(() => 'snapshot_default'));
  expect(await ensure()).toBe(true);
  expect(await placed()).toEqual(['snapshot_default', 'snapshot_20261121', 'snapshot_20261121', 'snapshot_default']);
  const [row] = await ingest`SELECT to_jsonb(readings) AS readings FROM snapshot WHERE sequence = 2`;
  expect(row?.readings).toEqual([1, null]);
});

test('a day whose partition is there goes straight into it', async () => {
  await ensure();
  await insertAll();
  expect(await placed()).toEqual(['snapshot_default', 'snapshot_20261121', 'snapshot_20261121', 'snapshot_default']);
});

test('the partition of a day is made once, also by several at a time', async () => {
  const made = await Promise.all([ensure(), ensure(), ensure(), ensure()]);
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await ensure()).toBe(false);
});

test('a partition has the keys of its parent', async () => {
  await insertAll();
  await ensure();
  const [key] = await ingest`
    SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = 'snapshot_20261121'::regclass AND contype = 'p'`;
  expect(key?.definition).toBe('PRIMARY KEY (host_id, observed_at, stream_no, sequence)');
  await expect(insertAll()).rejects.toThrow(/duplicate key value violates unique constraint/);
});
