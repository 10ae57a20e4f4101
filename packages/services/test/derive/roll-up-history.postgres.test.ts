import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase, readBuckets, readStoreSeries, type Sql } from '@silt/db';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensurePartitions } from '../../src/derive/ensure-partitions.ts';
import { expireHistory, rollUpHistory } from '../../src/derive/roll-up-history.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  DAY_MILLISECONDS,
  SPACE,
  storeOf,
  type TestFleet,
  type TestHost,
  type TestSample,
} from '../fleet-rows.ts';

const CHILD = fileURLToPath(new URL('roll-up-child.ts', import.meta.url));
const ROOT = 'mount:/';
const DAY = Date.parse('2026-03-10T00:00:00Z');
const DAYS = 3;
const MINUTE_MILLISECONDS = 60_000;
/** All of the days are closed. */
const NOW = new Date(DAY + 6 * DAY_MILLISECONDS);
const SIGNAL = new AbortController().signal;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);

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

async function addRoot(name: string): Promise<TestHost> {
  const host = await addHost(fleet.owner, organisationId, name);
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
  return host;
}

/** A sample each 200 s, so that some minutes have one and some have none; every value is another. */
const samplesOf = (host: TestHost): TestSample[] =>
  Array.from({ length: (DAYS * DAY_MILLISECONDS) / 200_000 }, (_, index) => ({
    at: new Date(DAY + index * 200_000 + (host.id % 50) * 1_000),
    readings: [index % 13 === 0 ? null : host.id * 1_000_000 + index * index, 2 ** 40],
  }));

async function minutesOf(host: TestHost): Promise<unknown> {
  const address = { hostId: host.id, organisationId };
  const range = { from: DAY / 1_000, to: (DAY + DAYS * DAY_MILLISECONDS) / 1_000, bucketSeconds: 60 };
  return fleet.owner.begin(async (tx) => {
    const [used] = await readBuckets(tx, address, (await readStoreSeries(tx, address, ROOT)).slice(0, 1), range);
    return used;
  });
}

function expectedMinutes(samples: readonly TestSample[]): unknown {
  const values = new Array<number | null>((DAYS * DAY_MILLISECONDS) / MINUTE_MILLISECONDS).fill(null);
  for (const { at, readings } of samples) {
    values[Math.floor((at.getTime() - DAY) / MINUTE_MILLISECONDS)] = readings[0] ?? null;
  }
  return { min: values, max: values, last: values };
}

/** Starts a child and kills it once `until` resolves, null = lets it end. */
async function runChild(until: ((hasEnded: () => boolean) => Promise<void>) | null): Promise<void> {
  const child = fork(CHILD, [fleet.urls.silt_worker, NOW.toISOString()], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child, 'message'), exit]);
  await until?.(() => child.exitCode !== null);
  if (until) child.kill('SIGKILL');
  const [code, signal] = await exit;
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the child ended with ${code}: ${stderr}`);
}

const left = async (): Promise<number> =>
  (await fleet.owner<[{ count: number }]>`SELECT count(*) FROM snapshot WHERE observed_at < ${NOW}`)[0].count;

const soon = (): Promise<void> => sleep(Math.random() * 150);

/** Any moment after a batch is done. */
async function afterProgress(hasEnded: () => boolean): Promise<void> {
  const before = await left();
  while (before > 0 && !hasEnded() && (await left()) === before) await sleep(5);
  await soon();
}

test('killed again and again in the middle, it ends with every sample there once, late ones too', {
  timeout: 180_000,
}, async () => {
  for (let day = 0; day < DAYS; day += 1) {
    await fleet.owner`SELECT ensure_snapshot_partition(${iso(DAY + day * DAY_MILLISECONDS)}::text::date)`;
  }
  const hosts: TestHost[] = [];
  for (let index = 0; index < 30; index += 1) hosts.push(await addRoot(`host ${index}`));
  const isLate = (_: TestSample, index: number) => index % 7 === 0;
  for (const host of hosts) {
    await addSamples(
      fleet.owner,
      host,
      samplesOf(host).filter((one, index) => !isLate(one, index)),
    );
  }
  const lefts = [await left()];
  for (let kill = 0; kill < 20 && lefts.at(-1) !== 0; kill += 1) {
    await runChild(kill % 2 === 0 ? soon : afterProgress);
    lefts.push(await left());
  }
  // It was killed with a part of the work done, and never undid any.
  expect(new Set(lefts).size).toBeGreaterThan(2);
  expect(lefts).toEqual([...lefts].sort((one, other) => other - one));
  await runChild(null);
  expect(await left()).toBe(0);

  for (const host of hosts) await addSamples(fleet.owner, host, samplesOf(host).filter(isLate));
  for (const until of [soon, afterProgress, soon]) await runChild(until);
  await runChild(null);
  expect(await left()).toBe(0);
  for (const host of hosts) expect(await minutesOf(host), host.publicId).toEqual(expectedMinutes(samplesOf(host)));
  const days = await fleet.owner<{ hostId: number; samples: number }[]>`
    SELECT host_id AS "hostId", sum(samples)::int AS samples FROM series_day WHERE host_id = ANY(${hosts.map(({ id }) => id)})
    GROUP BY 1`;
  const numbers = (host: TestHost) => samplesOf(host).flatMap(({ readings }) => readings.filter((one) => one !== null));
  for (const host of hosts) {
    expect(days.find(({ hostId }) => hostId === host.id)?.samples).toBe(numbers(host).length);
  }
  const partitions = await fleet.owner`
    SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = inhrelid
    WHERE inhparent = 'snapshot'::regclass AND c.relname < 'snapshot_20260316'`;
  expect(partitions).toHaveLength(0);
});

test('a host that cannot be rolled up keeps its samples and is named; the others go on', async () => {
  const [good, bad] = [await addRoot('good'), await addRoot('bad')];
  const at = new Date('2026-04-01T12:00:00Z');
  await addSamples(fleet.owner, good, [{ at, readings: [1, 2] }]);
  await addSamples(fleet.owner, bad, [{ at, readings: [1, 2], layoutNo: 77 }]);
  const { samples, failures } = await rollUpHistory(worker, { now: new Date('2026-04-05T00:00:00Z'), signal: SIGNAL });
  expect(samples).toBe(1);
  expect(failures.map(({ hostId, error }) => [hostId, String(error)])).toEqual([
    [bad.id, `Error: host ${bad.id} has samples of the layout 77, which it does not have`],
  ]);
  expect(await fleet.owner`SELECT 1 FROM snapshot WHERE host_id = ${bad.id}`).toHaveLength(1);
  await fleet.owner`DELETE FROM snapshot WHERE host_id = ${bad.id}`;
});

test('samples that come late for a closed day are no missing partition; those of an open day are', async () => {
  const host = await addRoot('late');
  const events = () => fleet.owner`SELECT detail FROM event WHERE host_id = ${host.id} AND kind = 'unpartitioned'`;
  const now = new Date('2026-05-20T12:00:00Z');
  await addSamples(fleet.owner, host, [{ at: new Date('2026-05-17T23:59:59Z'), readings: [1, 2] }]);
  await ensurePartitions(worker, now);
  expect(await events()).toHaveLength(0);
  await addSamples(fleet.owner, host, [{ at: new Date('2026-05-18T00:00:00Z'), readings: [1, 2] }]);
  await ensurePartitions(worker, now);
  expect(await events()).toEqual([{ detail: { rows: 1 } }]);
});

test('days are not rolled up before they have been over for two days', async () => {
  const host = await addRoot('young');
  const rolled = (now: string) => rollUpHistory(worker, { now: new Date(now), signal: SIGNAL });
  await addSamples(fleet.owner, host, [{ at: new Date('2026-06-10T12:00:00Z'), readings: [1, 2] }]);
  await rolled('2026-06-12T23:59:59Z');
  expect(await fleet.owner`SELECT 1 FROM snapshot WHERE host_id = ${host.id}`).toHaveLength(1);
  await rolled('2026-06-13T00:00:00Z');
  expect(await fleet.owner`SELECT 1 FROM snapshot WHERE host_id = ${host.id}`).toHaveLength(0);
});

test('months go when they are wholly older than they are kept; days and open versions of items stay', async () => {
  const { owner } = fleet;
  const host = await addRoot('old');
  const months = ['2023-12-01', '2024-01-01', '2025-11-01', '2025-12-01'];
  for (const table of ['series_block', 'series_hour', 'series_day']) {
    for (const month of months) await owner`SELECT ensure_series_partition(${table}, ${month}::text::date)`;
  }
  await owner`
    INSERT INTO item (host_id, item_no, organisation_id, key, kind, scope, first_seen_at)
    SELECT ${host.id}, no, ${organisationId}, no::text, 'volume', 's', '2023-01-01' FROM generate_series(1, 3) no`;
  await owner`
    INSERT INTO item_version (host_id, item_no, valid_from, valid_to, organisation_id, name, counted, attributes) VALUES
      (${host.id}, 1, '2023-01-01', '2023-06-01', ${organisationId}, 'gone', true, '{}'),
      (${host.id}, 2, '2023-01-01', '2023-06-01', ${organisationId}, 'was', true, '{}'),
      (${host.id}, 2, '2023-06-01', 'infinity', ${organisationId}, 'is', true, '{}'),
      (${host.id}, 3, '2025-01-01', '2025-06-01', ${organisationId}, 'young', true, '{}')`;
  // 731 days before it is 31 January 2024, 90 days before it 2 November 2025.
  const { partitions, itemVersions } = await expireHistory(worker, {
    now: new Date('2026-01-31T12:00:00Z'),
    signal: SIGNAL,
  });
  expect(partitions.filter((name) => !name.includes('2026'))).toEqual([
    'series_block_202312',
    'series_block_202401',
    'series_hour_202312',
  ]);
  expect(itemVersions).toBe(2);
  const items = await owner<{ no: number }[]>`SELECT item_no AS no FROM item WHERE host_id = ${host.id} ORDER BY 1`;
  expect(items.map(({ no }) => no)).toEqual([2, 3]);
  const days = await owner`
    SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = inhrelid
    WHERE inhparent = 'series_day'::regclass AND c.relname IN ('series_day_202312', 'series_day_202401')`;
  expect(days).toHaveLength(2);
});

test('what is younger than 90 days, and days, are never dropped, whoever asks', async () => {
  const month = new Date().toISOString().slice(0, 10);
  const drop = (table: string, day: string) => worker`SELECT drop_series_partition(${table}, ${day}::text::date)`;
  await expect(drop('series_block', month)).rejects.toThrow(/younger than 90 days/);
  await expect(drop('series_day', '2020-01-01')).rejects.toThrow(/not dropped by month/);
});
