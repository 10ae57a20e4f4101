import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  HASH_BYTES,
  KEPT_HASHES,
  openDatabase,
  openStream,
  type Sql,
  type StreamPart,
  storeSnapshots,
} from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

/** What an array literal of Postgres or JSON might take for something else. */
const HOSTILE = 'NULL", {"\\ \\\\ \t\n\r\u0001\u001f \u2028 ‘€’ 🗻 \',}';
const AT = new Date('2026-03-10T00:00:00.123Z');

let database: TestDatabase;
let sql: Sql;
let organisationId: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  sql = openDatabase(database.adminUrl, { applicationName: 'test', max: 1 });
  const [row] = await sql`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = row?.id;
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

async function partOfNewHost(readings: (number | null)[][]): Promise<StreamPart> {
  const [host] = await sql<[{ id: number }]>`
    INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'a') RETURNING id`;
  const facts = { machineId: '0', name: 'a', kernelRelease: '6', distribution: null, architecture: 'x64' };
  const { streamNo } = await openStream(sql, {
    hostId: host.id,
    organisationId,
    streamId: randomUUID(),
    facts,
    collectorVersion: '1',
  });
  const common = { observedAt: AT, takenAt: AT.toISOString(), receivedAt: AT, layoutNo: 1, flags: 0 };
  return {
    hostId: host.id,
    organisationId,
    streamNo,
    afterSequence: 0,
    lastSequence: readings.length,
    rows: readings.map((one, place) => ({ ...common, sequence: place + 1, readings: one })),
    ...{ hashes: '', gaps: [], status: null },
  };
}

/** The whole row as JSON: the driver itself takes no NULL within an array. */
async function statusOf(hostId: number): Promise<unknown> {
  const [row] = await sql`SELECT to_json(h) AS status FROM host_status h WHERE host_id = ${hostId}`;
  return row?.status;
}

test('readings arrive as they are: null, zero, the greatest safe number, none, and lengths that differ', async () => {
  const readings = [[null, 0, Number.MAX_SAFE_INTEGER], [], [null], [7]];
  const part = await partOfNewHost(readings);
  expect((await storeSnapshots(sql, [part])).size).toBe(1);
  const stored = await sql`
    SELECT sequence, observed_at, taken_at, received_at, organisation_id, to_json(readings) AS readings FROM snapshot
    WHERE host_id = ${part.hostId} ORDER BY sequence`;
  expect(stored.map((row) => row.readings)).toStrictEqual(readings);
  expect(stored.map((row) => row.sequence)).toStrictEqual([1, 2, 3, 4]);
  expect(stored[0]).toMatchObject({ observed_at: AT, taken_at: AT, received_at: AT, organisation_id: organisationId });
});

test('a status arrives as it is, whatever its names hold', async () => {
  const part = await partOfNewHost([[1, 2]]);
  const probes = [{ probe: HOSTILE, status: 'failed', reason: HOSTILE, durationMilliseconds: 0.1 } as const];
  part.status = {
    lastSeenAt: AT,
    observedAt: AT,
    bootId: HOSTILE,
    bootedAt: AT,
    clockSkewMilliseconds: -5,
    beatSeconds: 10,
    layoutNo: 1,
    readings: [1, null],
    probes,
    fullest: { storeKey: HOSTILE, resource: 'space', used: 1, capacity: 3, fill: 1 / 3 },
    backEnds: [HOSTILE, '', 'NULL'],
  };
  await storeSnapshots(sql, [part]);
  expect(await statusOf(part.hostId)).toMatchObject({
    boot_id: HOSTILE,
    booted_at: '2026-03-10T00:00:00.123+00:00',
    clock_skew_milliseconds: -5,
    readings: [1, null],
    probes,
    fullest_store_key: HOSTILE,
    fullest_fill: 1 / 3,
    back_ends: [HOSTILE, '', 'NULL'],
  });
});

test('a status of which no resource was read has none: null, not the word', async () => {
  const part = await partOfNewHost([[null]]);
  const moments = { lastSeenAt: AT, observedAt: AT, bootedAt: AT };
  const numbers = { clockSkewMilliseconds: 0, beatSeconds: 10, layoutNo: 1 };
  part.status = { ...moments, ...numbers, bootId: '', readings: [null], probes: [], fullest: null, backEnds: [] };
  await storeSnapshots(sql, [part]);
  expect(await statusOf(part.hostId)).toMatchObject({
    boot_id: '',
    readings: [null],
    probes: [],
    fullest_store_key: null,
    fullest_resource: null,
    fullest_used: null,
    fullest_capacity: null,
    fullest_fill: null,
    back_ends: [],
  });
});

test('a part whose rows are all refused moves its stream; one that stands elsewhere is left alone', async () => {
  const [refused, elsewhere] = [await partOfNewHost([[1]]), await partOfNewHost([[1]])];
  refused.rows = [];
  elsewhere.afterSequence = 5;
  expect([...(await storeSnapshots(sql, [refused, elsewhere]))]).toStrictEqual([`${refused.hostId} 1`]);
  const streams = await sql`
    SELECT last_sequence FROM collector_stream WHERE host_id IN (${refused.hostId}, ${elsewhere.hostId})
    ORDER BY host_id`;
  expect(streams.map((row) => row.last_sequence)).toStrictEqual([1, 0]);
  const rows = await sql`SELECT 1 FROM snapshot WHERE host_id IN (${refused.hostId}, ${elsewhere.hostId})`;
  expect(rows).toHaveLength(0);
});

const hashOf = (sequence: number): string => sequence.toString(16).padStart(2 * HASH_BYTES, '0');
const hashesOf = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, place) => hashOf(from + place)).join('');

test('of each stream the hashes of the last sequences are kept, the newest last', async () => {
  const part = await partOfNewHost([[1]]);
  const kept = async () => {
    const [row] = await sql<[{ hashes: Buffer }]>`SELECT hashes FROM collector_stream WHERE host_id = ${part.hostId}`;
    return row.hashes.toString('hex');
  };
  const move = (afterSequence: number, lastSequence: number) => {
    const hashes = hashesOf(Math.max(afterSequence + 1, lastSequence - KEPT_HASHES + 1), lastSequence);
    return storeSnapshots(sql, [{ ...part, afterSequence, lastSequence, hashes, rows: [] }]);
  };
  const steps = [
    [0, 1, 1],
    [1, KEPT_HASHES, 1],
    [KEPT_HASHES, KEPT_HASHES + 1, 2],
    [KEPT_HASHES + 1, 1_000, 1_000 - KEPT_HASHES + 1],
  ] as const;
  for (const [after, last, oldest] of steps) {
    expect((await move(after, last)).size).toBe(1);
    expect(await kept()).toBe(hashesOf(oldest, last));
  }
  expect((await move(5, 6)).size).toBe(0);
  expect(await kept()).toBe(hashesOf(1_000 - KEPT_HASHES + 1, 1_000));
});

test('a gap is an event of its host, and of no other; without its stream it is none', async () => {
  const [moved, elsewhere] = [await partOfNewHost([]), await partOfNewHost([])];
  const detail = { from: 1, to: 3, reason: 'spool-full', firstTakenAt: AT.toISOString(), lastTakenAt: null } as const;
  const part = { lastSequence: 3, gaps: [{ at: AT, detail }] };
  await storeSnapshots(sql, [
    { ...moved, ...part },
    { ...elsewhere, ...part, afterSequence: 5 },
  ]);
  const events = await sql`
    SELECT host_id, organisation_id, at, kind, detail FROM event WHERE host_id IN (${moved.hostId}, ${elsewhere.hostId})`;
  expect([...events]).toStrictEqual([
    { host_id: moved.hostId, organisation_id: organisationId, at: AT, kind: 'gap', detail },
  ]);
});
