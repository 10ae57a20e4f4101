import { deflateRawSync } from 'node:zlib';
import type { Inventory } from '@silt/domain';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { openDatabase, packSurvey, readSurveys, type Sql, type SurveyRow, storeSurveys } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const AT = new Date('2026-03-10T00:00:00Z');
const RECEIVED = new Date('2026-03-10T00:00:01.250Z');

let database: TestDatabase;
let owner: Sql;
let ingest: Sql;
let worker: Sql;
let organisationId: string;
let hosts: number[];

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  ingest = openDatabase(database.urls.silt_ingest, { applicationName: 'test', max: 2 });
  worker = openDatabase(database.urls.silt_worker, { applicationName: 'test', max: 1 });
  const [row] = await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = row?.id;
});
afterAll(async () => {
  for (const sql of [owner, ingest, worker]) await sql.end();
  await database.drop();
});
beforeEach(async () => {
  const made = await owner<{ id: number }[]>`
    INSERT INTO host (organisation_id, name) SELECT ${organisationId}, 'a' FROM generate_series(1, 3) RETURNING id`;
  hosts = made.map(({ id }) => id);
});

/** Told from every other one by its number of user namespaces. */
const inventoryOf = (maxUserNamespaces: number): Inventory => ({
  ...{
    takenAt: AT.toISOString(),
    devices: null,
    btrfs: [],
    thin: null,
    docker: null,
    dataRoots: [],
    containerdRoots: [],
  },
  ...{ mounts: null, leaks: null, layerSpaces: null, maxUserNamespaces, btrfsMaintenance: null, probes: [] },
});
const rowOf = async (hostId: number, number: number, observedAt = AT): Promise<SurveyRow> => ({
  ...{ hostId, organisationId, observedAt, receivedAt: RECEIVED },
  body: await packSurvey(Buffer.from(JSON.stringify(inventoryOf(number)))),
});
const read = () =>
  readSurveys(
    worker,
    hosts.map((hostId) => ({ hostId })),
  );
const numbers = async () => {
  const surveys = await read();
  return hosts.map((hostId) => surveys.get(hostId)?.inventory?.maxUserNamespaces ?? null);
};

test('what ingest stores the worker reads, as it was, of the hosts that have one', async () => {
  const [first, second] = hosts as [number, number];
  await storeSurveys(ingest, [await rowOf(second, 2), await rowOf(first, 1)]);
  const stored = (number: number) => ({ observedAt: AT, receivedAt: RECEIVED, inventory: inventoryOf(number) });
  expect(await read()).toEqual(
    new Map([
      [first, stored(1)],
      [second, stored(2)],
    ]),
  );
  await storeSurveys(ingest, []);
});

test('a later one takes the place of the one before, one as old too, an older one does not', async () => {
  const [first, second, third] = hosts as [number, number, number];
  await storeSurveys(ingest, [await rowOf(first, 1), await rowOf(second, 1), await rowOf(third, 1)]);
  const later = await rowOf(first, 2, new Date(AT.getTime() + 1));
  const older = await rowOf(third, 2, new Date(AT.getTime() - 1));
  await storeSurveys(ingest, [later, await rowOf(second, 2), older]);
  expect(await numbers()).toEqual([2, 2, 1]);
});

test('writers of the same hosts in other orders do not wait for each other for ever', async () => {
  const rows = await Promise.all(hosts.map((hostId) => rowOf(hostId, 1)));
  const turns = Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? rows : rows.toReversed()));
  await Promise.all(turns.map((turn) => storeSurveys(ingest, turn)));
  expect(await numbers()).toEqual([1, 1, 1]);
});

test('a host of another organisation, or none, is refused, and nothing of its statement is stored', async () => {
  const [first, second] = hosts as [number, number];
  const [other] = await owner`INSERT INTO organisation (name, slug) VALUES ('Theirs', 'theirs') RETURNING id`;
  const foreign = { ...(await rowOf(second, 1)), organisationId: other?.id };
  await expect(storeSurveys(ingest, [await rowOf(first, 1), foreign])).rejects.toMatchObject({ code: '23503' });
  expect(await numbers()).toEqual([null, null, null]);
});

test('a body that cannot be read is told as one without an inventory, and does not keep the others', async () => {
  const [first, second, third] = hosts as [number, number, number];
  const noDeflate = { ...(await rowOf(first, 1)), body: Buffer.from('no deflate') };
  const noJson = { ...(await rowOf(second, 1)), body: deflateRawSync('{"takenAt":') };
  await storeSurveys(ingest, [noDeflate, noJson, await rowOf(third, 3)]);
  const surveys = await read();
  expect(surveys.get(first)).toEqual({ observedAt: AT, receivedAt: RECEIVED, inventory: null });
  expect(surveys.get(second)?.inventory).toBeNull();
  expect(await numbers()).toEqual([null, null, 3]);
});

test('the web does not read surveys', async () => {
  const web = openDatabase(database.urls.silt_web, { applicationName: 'test', max: 1 });
  await expect(readSurveys(web, [{ hostId: 1 }])).rejects.toMatchObject({ code: '42501' });
  await web.end();
});
