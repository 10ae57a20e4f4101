import { randomUUID } from 'node:crypto';
import { KEPT_HASHES, type Sql } from '@silt/db';
import { MAX_IN_FLIGHT } from '@silt/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { addHosts, GOLDEN_LAYOUT, storedSequences, TestCollector, type TestHost } from './test-collector.ts';
import { auditOf, eventsOf, PATIENT, startTestServer, type TestServer } from './test-gateway.ts';

const HOUR_OF_BEATS = 360;

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

const open = () => TestCollector.open(server.gateway.port, host, { stream });
const stored = () => storedSequences(owner, host);
const gaps = async () =>
  (await eventsOf(owner, host.hostId)).flatMap(({ kind, detail }) =>
    kind === 'gap' ? [[detail.from, detail.to]] : [],
  );

/** Sends snapshots `from` to `to`, never more under way than may be. */
async function send(collector: TestCollector, from: number, to: number): Promise<void> {
  for (let first = from; first <= to; first += MAX_IN_FLIGHT) {
    const last = Math.min(to, first + MAX_IN_FLIGHT - 1);
    for (let sequence = first; sequence <= last; sequence += 1) collector.sendSnapshot(sequence);
    await collector.acknowledged(last);
  }
}

test('as many hashes are kept as messages may be under way', () => {
  expect(KEPT_HASHES).toBe(MAX_IN_FLIGHT);
});

describe('exactly once', () => {
  test('what was committed when the connection broke before its acknowledgement is acknowledged, not stored again', async () => {
    const first = await open();
    first.sendSnapshot(1);
    await first.acknowledged(1);
    for (const sequence of [2, 3]) first.sendSnapshot(sequence);
    first.socket.terminate();
    await expect.poll(stored).toEqual([1, 2, 3]);
    const seen = first.lastAcknowledged;
    const second = await open();
    for (let sequence = seen + 1; sequence <= 4; sequence += 1) second.sendSnapshot(sequence);
    expect(await second.acknowledged(4)).toEqual([]);
    expect(await stored()).toEqual([1, 2, 3, 4]);
    await second.close();
  });

  test('an hour of frames that is played again makes no new row', async () => {
    const first = await open();
    await send(first, 1, HOUR_OF_BEATS);
    await first.close();
    const again = await open();
    for (let sequence = 1; sequence <= HOUR_OF_BEATS; sequence += 1) again.sendSnapshot(sequence);
    again.sendSnapshot(HOUR_OF_BEATS + 1);
    expect(await again.acknowledged(HOUR_OF_BEATS + 1)).toEqual([]);
    expect(await stored()).toHaveLength(HOUR_OF_BEATS + 1);
    await again.close();
  });

  test('a sequence that comes again and holds something else is refused, told on the host page, and audited', async () => {
    const collector = await open();
    await send(collector, 1, 3);
    const forged = { takenAt: '2026-11-21T00:00:00.000Z' };
    for (const sequence of [2, 3]) collector.sendSnapshot(sequence, forged);
    collector.sendSnapshot(4);
    expect(await collector.acknowledged(4)).toEqual([
      { sequence: 2, code: 'conflict' },
      { sequence: 3, code: 'conflict' },
    ]);
    await collector.close();
    expect(await stored()).toEqual([1, 2, 3, 4]);
    await expect
      .poll(() => eventsOf(owner, host.hostId), PATIENT)
      .toEqual([{ kind: 'sequence-conflict', detail: { sequence: 3, count: 2 } }]);
    await expect
      .poll(() => auditOf(owner, host.organisationId), PATIENT)
      .toEqual([{ action: 'sequence.conflict', subject: host.publicId }]);
  });

  test('the conflict is seen over a reconnect, for the last 64 sequences and no more', async () => {
    const first = await open();
    await send(first, 1, 100);
    await first.close();
    const second = await open();
    const forged = { takenAt: '2026-11-21T00:00:00.000Z' };
    const oldestKept = 100 - KEPT_HASHES + 1;
    for (const sequence of [1, oldestKept - 1, oldestKept, 100]) second.sendSnapshot(sequence, forged);
    second.sendSnapshot(101);
    expect((await second.acknowledged(101)).map(({ sequence }) => sequence)).toEqual([oldestKept, 100]);
    await second.close();
  });

  test('of a sequence that is accepted and not committed yet, another content is refused, and the first one stored', async () => {
    const collector = await open();
    collector.sendSnapshot(1);
    collector.sendSnapshot(1, { takenAt: '2026-11-21T00:00:00.000Z' });
    collector.sendSnapshot(2);
    expect(await collector.acknowledged(2)).toEqual([{ sequence: 1, code: 'conflict' }]);
    expect(await stored()).toEqual([1, 2]);
    await collector.close();
  });

  test('a sequence that was refused before contradicts nothing', async () => {
    const collector = await open();
    collector.sendSnapshot(1, { layout: { number: 7 } });
    expect(await collector.acknowledged(1)).toEqual([{ sequence: 1, code: 'unknown-layout' }]);
    for (const sequence of [1, 2]) collector.sendSnapshot(sequence, GOLDEN_LAYOUT);
    expect(await collector.acknowledged(2)).toEqual([{ sequence: 1, code: 'unknown-layout' }]);
    await collector.close();
    await expect
      .poll(() => eventsOf(owner, host.hostId), PATIENT)
      .toEqual([
        {
          kind: 'snapshot-refused',
          detail: { code: 'unknown-layout', firstSequence: 1, lastSequence: 1, count: 1 },
        },
      ]);
  });

  test('many refusals within an hour are one event with their number', async () => {
    const collector = await open();
    for (let sequence = 1; sequence <= 40; sequence += 1) collector.sendSnapshot(sequence, { layout: { number: 7 } });
    await collector.acknowledged(40);
    await expect.poll(() => eventsOf(owner, host.hostId), PATIENT).toHaveLength(1);
    for (let sequence = 41; sequence <= 50; sequence += 1) collector.sendSnapshot(sequence, { layout: { number: 7 } });
    await collector.acknowledged(50);
    await expect.poll(async () => (await eventsOf(owner, host.hostId)).at(0)?.detail.count, PATIENT).toBe(50);
    expect(await eventsOf(owner, host.hostId)).toEqual([
      {
        kind: 'snapshot-refused',
        detail: { code: 'unknown-layout', firstSequence: 1, lastSequence: 50, count: 50 },
      },
    ]);
    await collector.close();
  });
});

describe('a gap', () => {
  test('takes the place of its sequences, at the start and in the middle, and is kept as an event', async () => {
    const collector = await open();
    collector.sendGap(1, 5);
    collector.sendSnapshot(6);
    collector.sendGap(7, 7, { reason: 'corrupt', firstTakenAt: null, lastTakenAt: null });
    collector.sendSnapshot(8);
    expect(await collector.acknowledged(8)).toEqual([]);
    expect(await stored()).toEqual([6, 8]);
    expect(await gaps()).toEqual([
      [1, 5],
      [7, 7],
    ]);
    expect((await eventsOf(owner, host.hostId)).at(1)?.detail).toEqual({
      ...{ from: 7, to: 7, reason: 'corrupt', firstTakenAt: null, lastTakenAt: null },
    });
    await collector.close();
  });

  test('that comes again is acknowledged and is one event; another content is refused', async () => {
    const first = await open();
    first.sendGap(1, 200);
    await first.acknowledged(200);
    await first.close();
    const second = await open();
    expect((await second.next('welcome')).lastCommittedSequence).toBe(200);
    second.sendGap(1, 200);
    second.sendGap(150, 200);
    second.sendSnapshot(199);
    second.sendSnapshot(201);
    expect(await second.acknowledged(201)).toEqual([
      { sequence: 200, code: 'conflict' },
      { sequence: 199, code: 'conflict' },
    ]);
    expect(await gaps()).toEqual([[1, 200]]);
    await second.close();
  });

  test('that begins before what is committed covers the rest alone', async () => {
    const collector = await open();
    await send(collector, 1, 3);
    collector.sendGap(2, 6);
    collector.sendSnapshot(7);
    expect(await collector.acknowledged(7)).toEqual([]);
    expect(await stored()).toEqual([1, 2, 3, 7]);
    expect(await gaps()).toEqual([[4, 6]]);
    await collector.close();
  });

  test('that leaves a hole before it ends the connection, and nothing of it is kept', async () => {
    const collector = await open();
    await send(collector, 1, 1);
    collector.sendGap(3, 5);
    expect((await collector.next('refused')).message).toMatch(/Sequence 3 is not the next one/);
    await collector.closed;
    const again = await open();
    expect((await again.next('welcome')).lastCommittedSequence).toBe(1);
    again.sendGap(2, 5);
    expect(await again.acknowledged(5)).toEqual([]);
    expect(await gaps()).toEqual([[2, 5]]);
    await again.close();
  });

  test('in a batch with a beat that Postgres refuses is kept, and so are the beats around it', async () => {
    const collector = await open();
    collector.sendGap(1, 2);
    collector.sendSnapshot(3, { takenAt: '0000-06-01T00:00:00Z' });
    collector.sendSnapshot(4);
    expect(await collector.acknowledged(4)).toEqual([{ sequence: 3, code: 'not-storable' }]);
    expect(await gaps()).toEqual([[1, 2]]);
    expect(await stored()).toEqual([4]);
    await collector.close();
  });

  test('of the whole range of numbers is one event', async () => {
    const collector = await open();
    collector.sendGap(1, Number.MAX_SAFE_INTEGER);
    expect(await collector.acknowledged(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await gaps()).toEqual([[1, Number.MAX_SAFE_INTEGER]]);
    await collector.close();
  });
});

describe('a database that was set back', () => {
  test('ends the connection for another hello, where a gap covers what it lost', async () => {
    const first = await open();
    await send(first, 1, 5);
    await owner`DELETE FROM snapshot WHERE host_id = ${host.hostId} AND sequence > 2`;
    await owner`UPDATE collector_stream SET last_sequence = 2, hashes = substring(hashes FROM 1 FOR 16)
      WHERE host_id = ${host.hostId}`;
    first.sendSnapshot(6);
    expect(await first.next('refused')).toMatchObject({ code: 'overloaded', retryable: true });
    await first.closed;
    expect(first.lastAcknowledged).toBe(5);
    const second = await open();
    expect((await second.next('welcome')).lastCommittedSequence).toBe(2);
    second.sendGap(3, 5, { reason: 'server-set-back' });
    second.sendSnapshot(6);
    expect(await second.acknowledged(6)).toEqual([]);
    expect(await stored()).toEqual([1, 2, 6]);
    expect(await gaps()).toEqual([[3, 5]]);
    await second.close();
  });

  test('to before the stream began ends the connection, and the stream begins anew', async () => {
    const first = await open();
    await owner`DELETE FROM collector_stream WHERE host_id = ${host.hostId}`;
    first.sendSnapshot(1);
    expect((await first.next('refused')).code).toBe('overloaded');
    await first.closed;
    const second = await open();
    second.sendSnapshot(1);
    expect(await second.acknowledged(1)).toEqual([]);
    await second.close();
  });
});
