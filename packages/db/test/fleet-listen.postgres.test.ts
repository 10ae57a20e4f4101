import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Changes, listenForChanges, notifyChanges, openDatabase, type Sql } from '../src/index.ts';
import { startTestPostgres, type TestPostgres } from '../src/testing/index.ts';

const ORGANISATION = '0198a000-0000-7000-8000-0000000000aa';
const HOST = '0198a000-0000-7000-8000-000000000001';
const CHANGE = new Map([[ORGANISATION, [HOST]]]);
/** Tries to connect again are up to 20 seconds apart. */
const RECONNECT_TIMEOUT_MILLISECONDS = 45_000;

let server: TestPostgres;
let opened: Sql[] = [];
const open = (): Sql => {
  const sql = openDatabase(server.url, { applicationName: 'test', max: 1 });
  opened.push(sql);
  return sql;
};

beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await Promise.all(opened.map((sql) => sql.end({ timeout: 1 })));
  opened = [];
  await server.stop();
});

/** Tells until it is heard: when a listener is there cannot be seen from outside. */
async function tellUntilHeard(heard: Changes[]): Promise<void> {
  const sql = open();
  await expect
    .poll(
      async () => {
        await notifyChanges(sql, CHANGE).catch(() => {});
        return heard.some((changes) => !changes.many);
      },
      { timeout: RECONNECT_TIMEOUT_MILLISECONDS, interval: 100 },
    )
    .toBe(true);
}

test('a change is heard; after the server crashed and came back, many, and then changes again', async () => {
  const heard: Changes[] = [];
  listenForChanges(open(), (changes) => heard.push(changes));
  await tellUntilHeard(heard);
  expect(heard[0]).toEqual({ many: false, hostIds: CHANGE });
  heard.length = 0;
  await server.crash();
  await server.restart();
  await expect.poll(() => heard.some(({ many }) => many), { timeout: RECONNECT_TIMEOUT_MILLISECONDS }).toBe(true);
  heard.length = 0;
  await tellUntilHeard(heard);
});

test('a listener that began while the server was away is told many once it is there', async () => {
  await server.crash();
  const heard: Changes[] = [];
  listenForChanges(open(), (changes) => heard.push(changes));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await server.restart();
  await expect.poll(() => heard.some(({ many }) => many), { timeout: RECONNECT_TIMEOUT_MILLISECONDS }).toBe(true);
  await tellUntilHeard(heard);
});
