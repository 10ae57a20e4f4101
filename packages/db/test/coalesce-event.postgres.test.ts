import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { COALESCE_MINUTES, coalesceEvent, openDatabase, type Sql } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const AT = new Date('2026-03-10T00:00:00Z');
const after = (minutes: number): Date => new Date(AT.getTime() + minutes * 60_000);

let database: TestDatabase;
let owner: Sql;
let ingest: Sql;
let organisationId: string;
let hostId: number;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  ingest = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 1 });
  const [row] = await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = row?.id;
});
afterAll(async () => {
  await ingest.end();
  await owner.end();
  await database.drop();
});
beforeEach(async () => {
  const [host] = await owner`INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'a') RETURNING id`;
  hostId = host?.id;
});

const refuse = (code: string, at: Date, address = '192.0.2.1') =>
  coalesceEvent(ingest, {
    ...{ hostId, organisationId, at, kind: 'collector-refused', detail: { code, address, count: 1 } },
  });

const events = async () =>
  (await owner`SELECT at, detail FROM event WHERE host_id = ${hostId} ORDER BY at, event_no`).map(({ at, detail }) => [
    (at.getTime() - AT.getTime()) / 60_000,
    detail.code,
    detail.count,
  ]);

test('alike ones within an hour are one, with the newest address; the hour begins with the first', async () => {
  expect(await refuse('bad-key', AT)).toBe(true);
  expect(await refuse('bad-key', after(COALESCE_MINUTES - 1), '192.0.2.2')).toBe(false);
  expect(await refuse('bad-key', after(COALESCE_MINUTES))).toBe(true);
  expect(await refuse('bad-key', after(COALESCE_MINUTES + 1))).toBe(false);
  expect(await events()).toEqual([
    [0, 'bad-key', 2],
    [COALESCE_MINUTES, 'bad-key', 2],
  ]);
  const [first] = await owner`SELECT detail FROM event WHERE host_id = ${hostId} ORDER BY at LIMIT 1`;
  expect(first?.detail.address).toBe('192.0.2.2');
});

test('another code, another kind and another host are events of their own', async () => {
  await refuse('bad-key', AT);
  await refuse('key-revoked', AT);
  await coalesceEvent(ingest, {
    ...{ hostId, organisationId, at: AT, kind: 'clone-refused', detail: { address: null, count: 1 } },
  });
  const first = hostId;
  const [other] = await owner`INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'b') RETURNING id`;
  hostId = other?.id;
  expect(await refuse('bad-key', AT)).toBe(true);
  hostId = first;
  expect(await events()).toEqual([
    [0, 'bad-key', 1],
    [0, 'key-revoked', 1],
    [0, undefined, 1],
  ]);
});

test('a range of refused sequences grows to hold all of them', async () => {
  const refused = (sequence: number) => ({
    ...{ hostId, organisationId, at: AT, kind: 'snapshot-refused' as const },
    detail: { code: 'too-old', firstSequence: sequence, lastSequence: sequence, count: 1 },
  });
  for (const sequence of [5, 6, 9]) await coalesceEvent(ingest, refused(sequence));
  const [row] = await owner`SELECT detail FROM event WHERE host_id = ${hostId}`;
  expect(row?.detail).toEqual({ code: 'too-old', firstSequence: 5, lastSequence: 9, count: 3 });
});
