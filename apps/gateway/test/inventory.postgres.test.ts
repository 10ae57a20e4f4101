import { randomUUID } from 'node:crypto';
import { openDatabase, type Sql } from '@silt/db';
import type { Item } from '@silt/domain';
import { MAX_INVENTORY_STEP_ITEMS } from '@silt/services';
import { type InventoryMessage, MAX_INVENTORY_ITEMS, MAX_PART_ITEMS } from '@silt/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { addHosts, GOLDEN_INVENTORY, storedSequences, TestCollector, type TestHost } from './test-collector.ts';
import { eventsOf, PATIENT, startTestServer, type TestServer } from './test-gateway.ts';

let server: TestServer;
let owner: Sql;
let host: TestHost;
let stream: string;

beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
  owner = server.owner;
});
afterAll(() => server.end());
beforeEach(async () => {
  [host] = (await addHosts(owner, 1)) as [TestHost];
  stream = randomUUID();
});

const open = (capabilities = ['inventory', 'configure']) =>
  TestCollector.open(server.gateway.port, host, { stream, capabilities });
const CONTAINER = GOLDEN_INVENTORY.items.find(({ kind }) => kind === 'container') as Item;
const SCOPES: Pick<InventoryMessage, 'scopes'> = {
  scopes: ['docker', CONTAINER.scope].map((name) => ({ name, status: 'complete', reason: null })),
};
/** The golden container under other names. */
const containers = (...names: string[]): Item[] =>
  names.map((name) => ({ ...CONTAINER, key: `container:${name}`, name }));
const told = (...names: string[]) => ({ ...SCOPES, items: containers(...names) });
const keysOf = (...names: string[]) => containers(...names).map(({ key }) => key);

/** Names of what is there now, and in brackets of what was. */
async function kept(): Promise<string> {
  const rows = await owner<{ name: string; open: boolean }[]>`
    SELECT name, valid_to = 'infinity' AS open FROM item_version WHERE host_id = ${host.hostId} ORDER BY name, valid_from`;
  return rows.map(({ name, open }) => (open ? name : `(${name})`)).join(' ');
}
const asks = ({ received }: TestCollector) => received.filter(({ type }) => type === 'configure');
const stale = async () => (await eventsOf(owner, host.hostId)).filter(({ kind }) => kind === 'inventory-stale').length;

test('as many items make an inventory here as in the protocol', () => {
  expect(MAX_INVENTORY_STEP_ITEMS).toBe(MAX_INVENTORY_ITEMS);
});

describe('a delta that is lost', () => {
  test('makes the next one stale and a full one asked for, and closes nothing that is still there', async () => {
    const collector = await open();
    collector.sendInventory(1, told('a', 'b', 'c'));
    collector.sendInventory(2, { ...told('d'), baseSequence: 1, removed: keysOf('a') });
    await collector.acknowledged(2);
    expect(await kept()).toBe('(a) b c d');
    await collector.close();
    const again = await open();
    again.sendGap(3, 3);
    again.sendInventory(4, { ...told('e'), baseSequence: 3, removed: keysOf('b') });
    expect(await again.acknowledged(4)).toEqual([]);
    expect(await again.next('configure')).toEqual({ type: 'configure', beats: null, fullInventory: true });
    expect(await kept()).toBe('(a) b c d');
    expect(await stale()).toBe(1);
    again.sendInventory(5, told('c', 'd', 'e'));
    again.sendInventory(6, { ...told('f'), baseSequence: 5 });
    await again.acknowledged(6);
    expect(await kept()).toBe('(a) (b) c d e f');
    await again.close();
  });

  test('is asked about once in a minute, and again in the next session until one is there', async () => {
    const first = await open();
    await first.next('configure');
    first.sendInventory(1, { ...told('a'), baseSequence: 9 });
    first.sendSnapshot(2);
    await first.acknowledged(2);
    expect(asks(first)).toHaveLength(1);
    await first.close();
    const second = await open();
    await second.next('configure');
    second.sendInventory(3, told('a'));
    await second.acknowledged(3);
    await second.close();
    const third = await open();
    third.sendInventory(4, { ...told('b'), baseSequence: 3 });
    await third.acknowledged(4);
    expect(asks(third)).toHaveLength(0);
    expect(await kept()).toBe('a b');
    await third.close();
  });
});

test('a collector that does not understand the request is not sent it', async () => {
  const collector = await open([]);
  collector.sendSnapshot(1);
  await collector.acknowledged(1);
  expect(asks(collector)).toHaveLength(0);
  await collector.close();
});

describe('an inventory of several parts', () => {
  const part = (number: number, parts: number, ...names: string[]) => ({
    ...{ ...told(...names), part: number, parts, takenAt: '2026-11-21T12:15:52.564Z', bootId: 'one' },
  });

  test('is one step: before its last part nothing of it is stored, and its sequences are settled together', async () => {
    const collector = await open();
    collector.sendSnapshot(1);
    collector.sendInventory(2, part(1, 3, 'a'));
    collector.sendInventory(3, part(2, 3, 'b'));
    await collector.acknowledged(1);
    expect(await kept()).toBe('');
    collector.sendInventory(4, part(3, 3, 'c'));
    collector.sendSnapshot(5);
    expect(await collector.acknowledged(5)).toEqual([]);
    expect(collector.received.flatMap((one) => (one.type === 'ack' ? one.sequence : []))).not.toContain(3);
    expect(await kept()).toBe('a b c');
    expect(await storedSequences(owner, host)).toEqual([1, 5]);
    await collector.close();
  });

  test('is refused part by part, in its place, when another message comes before its last one', async () => {
    const collector = await open();
    collector.sendInventory(1, part(1, 2, 'a'));
    collector.sendSnapshot(2);
    collector.sendInventory(3, part(2, 2, 'b'));
    collector.sendInventory(4, part(1, 2, 'c'));
    collector.sendInventory(5, part(1, 2, 'd'));
    collector.sendInventory(6, part(2, 2, 'e'));
    collector.sendInventory(7, part(1, 2, 'f'));
    collector.sendGap(8, 9);
    const refused = await collector.acknowledged(9);
    expect(refused).toEqual([1, 3, 4, 7].map((sequence) => ({ sequence, code: 'inventory-incomplete' })));
    expect(await kept()).toBe('d e');
    expect(await storedSequences(owner, host)).toEqual([2]);
    await collector.close();
    await expect
      .poll(async () => (await eventsOf(owner, host.hostId)).map(({ kind }) => kind), PATIENT)
      .toEqual(['gap', 'snapshot-refused']);
  });

  test('that a broken connection cut in two comes again as a whole', async () => {
    const first = await open();
    first.sendSnapshot(1);
    first.sendInventory(2, part(1, 2, 'a'));
    await first.acknowledged(1);
    first.socket.terminate();
    await first.closed;
    const second = await TestCollector.greet(server.gateway.port, host, { stream });
    expect((await second.next('welcome')).lastCommittedSequence).toBe(1);
    second.sendInventory(2, part(1, 2, 'a'));
    second.sendInventory(3, part(2, 2, 'b'));
    expect(await second.acknowledged(3)).toEqual([]);
    expect(await kept()).toBe('a b');
    await second.close();
  });

  test('that is longer than an inventory may be is refused, and what is around it is stored', async () => {
    const collector = await open();
    collector.sendInventory(1, told('a'));
    await collector.acknowledged(1);
    const parts = MAX_INVENTORY_ITEMS / MAX_PART_ITEMS + 1;
    const removed = Array.from({ length: MAX_PART_ITEMS }, (_, place) => `container:${place}`);
    for (let number = 1; number <= parts; number += 1) {
      collector.sendInventory(1 + number, { ...part(number, parts), baseSequence: 1, removed });
    }
    collector.sendSnapshot(2 + parts);
    const refused = await collector.acknowledged(2 + parts);
    expect(refused).toEqual(
      Array.from({ length: parts }, (_, place) => ({ sequence: 2 + place, code: 'not-storable' })),
    );
    collector.sendInventory(3 + parts, { ...told('b'), baseSequence: 1 });
    await collector.acknowledged(3 + parts);
    expect(await kept()).toBe('a b');
    await collector.close();
  });
});

test('parts that wait may not fill the server: the connection ends, to come again, and what it had is forgotten', async () => {
  const removed = Array.from({ length: MAX_PART_ITEMS }, (_, place) => `container:${place}`);
  const parts = MAX_INVENTORY_ITEMS / MAX_PART_ITEMS + 1;
  const change = { ...SCOPES, items: [], removed, parts, takenAt: '2026-11-21T12:15:52.564Z' };
  const sendMost = (collector: TestCollector) => {
    for (let part = 1; part < parts; part += 1) collector.sendInventory(part, { ...change, part });
  };
  const [other] = (await addHosts(owner, 1)) as [TestHost];
  const [first, second] = [await open(), await TestCollector.open(server.gateway.port, other)];
  sendMost(first);
  sendMost(second);
  const refused = await Promise.race([first.next('refused'), second.next('refused')]);
  expect(refused).toMatchObject({ code: 'overloaded', retryable: true });
  await Promise.race([first.closed, second.closed]);
  for (const one of [first, second]) one.socket.terminate();
  await Promise.all([first.closed, second.closed]);
  const again = await open();
  sendMost(again);
  again.sendInventory(parts, { ...change, part: parts, removed: [], ...told('a') });
  expect(await again.acknowledged(parts)).toEqual([]);
  expect(await kept()).toBe('a');
  await again.close();
});

describe('exactly once', () => {
  test('what is sent again after a lost acknowledgement makes no version, and another content is refused', async () => {
    const first = await open();
    first.sendInventory(1, told('a'));
    first.sendInventory(2, { ...told('b'), baseSequence: 1, removed: keysOf('a') });
    await first.acknowledged(2);
    await first.close();
    const second = await open();
    second.sendInventory(1, told('a'));
    second.sendInventory(2, { ...told('c'), baseSequence: 1, removed: keysOf('a') });
    second.sendInventory(3, { ...told('d'), baseSequence: 2 });
    expect(await second.acknowledged(3)).toEqual([{ sequence: 2, code: 'conflict' }]);
    expect(await kept()).toBe('(a) b d');
    await second.close();
  });

  test('a connection to the database that is cut in the middle of an inventory leaves nothing half, and it is stored once', async () => {
    const collector = await open();
    collector.sendInventory(1, told('a', 'b'));
    await collector.acknowledged(1);
    const admin = openDatabase(server.database.adminUrl, { applicationName: 'test-lock', max: 2 });
    await admin.begin(async (tx) => {
      // Its versions are written by then, and its stream is moved.
      await tx`LOCK TABLE inventory_span IN ACCESS EXCLUSIVE MODE`;
      collector.sendInventory(2, { ...told('c'), baseSequence: 1, removed: keysOf('a') });
      const waiting = () => admin<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
          AND application_name = 'silt-ingest'`;
      await expect.poll(async () => (await waiting()).length).toBe(1);
      await admin`SELECT pg_terminate_backend(${(await waiting())[0]?.pid ?? 0})`;
      await expect.poll(kept).toBe('a b');
      const [position] = await admin`SELECT last_sequence FROM collector_stream WHERE host_id = ${host.hostId}`;
      expect(position?.last_sequence).toBe(1);
      expect(collector.lastAcknowledged).toBe(1);
    });
    expect(await collector.acknowledged(2)).toEqual([]);
    expect(await kept()).toBe('(a) b c');
    await admin.end();
    await collector.close();
  });
});
