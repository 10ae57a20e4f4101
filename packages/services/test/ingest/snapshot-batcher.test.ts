import type { Sql, StreamPart } from '@silt/db';
import { createLogger } from '@silt/runtime';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IngestStream, Outcome, PendingSequence, RefusedSequence } from '../../src/ingest/ingest-stream.ts';
import { MAX_BATCH_SNAPSHOTS, MAX_WAITING_READINGS, SnapshotBatcher } from '../../src/ingest/snapshot-batcher.ts';

process.env.LOG_LEVEL = 'silent';

/** Stands for the database: takes parts by the guard of the sequence, and fails as the test says before that. */
const database = vi.hoisted(() => ({
  last: new Map<number, number>(),
  rows: [] as string[],
  calls: [] as string[][],
  fail: (_parts: readonly StreamPart[]): void => {},
}));

vi.mock('@silt/db', () => ({
  HASH_BYTES: 8,
  KEPT_HASHES: 64,
  streamKey: ({ hostId }: { hostId: number }) => String(hostId),
  async storeSnapshots(_sql: Sql, parts: readonly StreamPart[]): Promise<Set<string>> {
    database.calls.push(
      parts.map(({ hostId, afterSequence, lastSequence }) => `${hostId}:${afterSequence}-${lastSequence}`),
    );
    database.fail(parts);
    const moved = parts.filter(({ hostId, afterSequence }) => (database.last.get(hostId) ?? 0) === afterSequence);
    for (const { hostId, lastSequence, rows } of moved) {
      database.last.set(hostId, lastSequence);
      database.rows.push(...rows.map(({ sequence }) => `${hostId}:${sequence}`));
    }
    return new Set(moved.map(({ hostId }) => String(hostId)));
  },
}));

class Fault extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
const OUT_OF_RANGE = '22008';

const outcomes = new Map<number, Outcome[]>();
let batcher: SnapshotBatcher;

beforeEach(() => {
  database.last.clear();
  database.rows = [];
  database.calls = [];
  database.fail = () => {};
  outcomes.clear();
  batcher = new SnapshotBatcher({ sql: {} as Sql, logger: createLogger('test'), onStored: () => {} });
});

function streamOf(hostId: number): IngestStream {
  const told: Outcome[] = [];
  outcomes.set(hostId, told);
  const stream = {
    collector: { hostId, hostPublicId: `host-${hostId}`, organisationId: 'home' },
    ...{ streamNo: 1, committed: 0, lost: false, onLost: () => {} },
    settle(pending: PendingSequence[], refused: RefusedSequence[]) {
      this.committed = pending.at(-1)?.sequence ?? this.committed;
      told.push({ sequence: this.committed, count: pending.length, refused });
    },
    readPosition: async () => ({ lastSequence: database.last.get(hostId) ?? 0, hashes: Buffer.alloc(0) }),
  };
  return stream as unknown as IngestStream;
}

const pendingOf = (sequence: number, readings: number[] = []): PendingSequence => ({
  ...{ sequence, hash: '00'.repeat(8), gap: null, status: null, refusal: null },
  row: { sequence, observedAt: new Date(), takenAt: '', receivedAt: new Date(), layoutNo: 1, flags: 0, readings },
});

function add(stream: IngestStream, ...sequences: number[]): void {
  for (const sequence of sequences) batcher.add(stream, pendingOf(sequence));
}

const settledUpTo = (hostId: number) => outcomes.get(hostId)?.at(-1)?.sequence ?? 0;
const settledCount = (hostId: number) => outcomes.get(hostId)?.reduce((sum, { count }) => sum + count, 0);

/** Fails each call whose number (from 1) is in `codes`, with that code. */
function failCalls(codes: Record<number, string>): void {
  database.fail = () => {
    const code = codes[database.calls.length];
    if (code !== undefined) throw new Fault(code);
  };
}

test('what several streams hand over goes into one batch', async () => {
  add(streamOf(1), 1, 2);
  add(streamOf(2), 1);
  await batcher.close();
  expect(database.calls).toEqual([['1:0-2', '2:0-1']]);
});

test('two streams of one host go into two batches', async () => {
  add(streamOf(1), 1);
  add(streamOf(1), 1, 2);
  await batcher.close();
  expect(database.calls.map((parts) => parts.length)).toEqual([1, 1, 1]);
  expect(database.rows).toEqual(['1:1', '1:2']);
});

test('no batch is longer than its limit, and the order of a stream stays', async () => {
  const stream = streamOf(1);
  add(stream, ...Array.from({ length: MAX_BATCH_SNAPSHOTS + 1 }, (_, place) => place + 1));
  await batcher.close();
  expect(database.calls).toEqual([
    [`1:0-${MAX_BATCH_SNAPSHOTS}`],
    [`1:${MAX_BATCH_SNAPSHOTS}-${MAX_BATCH_SNAPSHOTS + 1}`],
  ]);
});

test('a fault of a row is looked for host by host, then row by row, and the others are stored', async () => {
  database.fail = (parts) => {
    if (parts.some(({ hostId, rows }) => hostId === 2 && rows.some(({ sequence }) => sequence === 2))) {
      throw new Fault(OUT_OF_RANGE);
    }
  };
  for (const host of [1, 2, 3]) add(streamOf(host), 1, 2, 3);
  await batcher.close();
  expect(database.rows).toEqual(['1:1', '1:2', '1:3', '2:1', '2:3', '3:1', '3:2', '3:3']);
  expect(outcomes.get(2)?.flatMap(({ refused }) => refused)).toEqual([{ sequence: 2, code: 'not-storable' }]);
  expect([1, 2, 3].map(settledCount)).toEqual([3, 3, 3]);
});

test('a database that goes away between two hosts of a faulty batch makes nothing stored or settled twice', async () => {
  // 1: the batch has a faulty row. 2: host 1 alone. 3: host 2, the connection is lost. From 4 on: again.
  failCalls({ 1: OUT_OF_RANGE, 3: 'CONNECTION_CLOSED' });
  add(streamOf(1), 1, 2);
  add(streamOf(2), 1, 2);
  await expect.poll(() => settledUpTo(2)).toBe(2);
  expect(database.calls.slice(3)).toEqual([['2:0-2']]);
  expect(database.rows).toEqual(['1:1', '1:2', '2:1', '2:2']);
  expect([1, 2].map(settledCount)).toEqual([2, 2]);
  expect([1, 2].flatMap((host) => outcomes.get(host)?.flatMap(({ refused }) => refused))).toEqual([]);
});

test('a COMMIT whose answer was lost is found, acknowledged and not repeated', async () => {
  const stream = streamOf(1);
  failCalls({ 1: 'CONNECTION_CLOSED' });
  add(stream, 1, 2);
  database.last.set(1, 2);
  await expect.poll(() => settledUpTo(1)).toBe(2);
  expect(database.rows).toEqual([]);
  expect(settledCount(1)).toBe(2);
});

test.for(['CONNECTION_CLOSED', '57P01', '53100', '40P01'])(
  'nothing is refused or acknowledged while the database answers %s, and all is stored after it',
  async (code) => {
    failCalls({ 1: code, 2: code });
    add(streamOf(1), 1);
    await expect.poll(() => database.calls.length).toBe(2);
    expect(outcomes.get(1)).toEqual([]);
    await expect.poll(() => settledUpTo(1)).toBe(1);
    expect(outcomes.get(1)).toEqual([{ sequence: 1, count: 1, refused: [] }]);
  },
);

test('closing while the database is away gives up without an acknowledgement', async () => {
  database.fail = () => {
    throw new Fault('ECONNREFUSED');
  };
  add(streamOf(1), 1);
  await expect.poll(() => database.calls.length).toBeGreaterThan(0);
  await batcher.close();
  expect(outcomes.get(1)).toEqual([]);
});

test('it is full at its limit of readings, and no longer when they are stored', async () => {
  const stream = streamOf(1);
  const readings = Array.from({ length: MAX_WAITING_READINGS / 4 }, () => 1);
  for (const sequence of [1, 2, 3]) batcher.add(stream, pendingOf(sequence, readings));
  expect(batcher.isFull()).toBe(false);
  batcher.add(stream, pendingOf(4, readings));
  expect(batcher.isFull()).toBe(true);
  await batcher.close();
  expect(batcher.isFull()).toBe(false);
});
