import type { InventoryOutcome, InventoryStep, Sql, StreamPart } from '@silt/db';
import { createLogger } from '@silt/runtime';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IngestStream, Outcome, PendingSequence, RefusedSequence } from '../../src/ingest/ingest-stream.ts';
import {
  MAX_BATCH_INVENTORIES,
  MAX_BATCH_SNAPSHOTS,
  MAX_WAITING_ITEMS,
  MAX_WAITING_READINGS,
  SnapshotBatcher,
} from '../../src/ingest/snapshot-batcher.ts';

process.env.LOG_LEVEL = 'silent';

/** Stands for the database: takes parts by the guard of the sequence, and fails as the test says before that. */
const database = vi.hoisted(() => ({
  last: new Map<number, number>(),
  rows: [] as string[],
  calls: [] as string[][],
  fail: (_parts: readonly StreamPart[]): void => {},
  failInventory: (_step: InventoryStep): void => {},
  outcome: 'stored' as InventoryOutcome,
  steps: [] as InventoryStep[],
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
  async storeInventory(_sql: Sql, step: InventoryStep): Promise<InventoryOutcome> {
    const { hostId, afterSequence, lastSequence } = step;
    database.calls.push([`inventory ${hostId}:${afterSequence}-${lastSequence}`]);
    database.failInventory(step);
    if ((database.last.get(hostId) ?? 0) !== afterSequence) return 'unmoved';
    database.last.set(hostId, lastSequence);
    database.steps.push(step);
    return database.outcome;
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
  database.failInventory = () => {};
  database.outcome = 'stored';
  database.steps = [];
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
      const count = pending.reduce((sum, { inventory }) => sum + (inventory?.sequences.length ?? 1), 0);
      told.push({ sequence: this.committed, count, refused });
    },
    readPosition: async () => ({ lastSequence: database.last.get(hostId) ?? 0, hashes: Buffer.alloc(0) }),
  };
  return stream as unknown as IngestStream;
}

const pendingOf = (sequence: number, readings: number[] = []): PendingSequence => ({
  ...{ sequence, hash: '00'.repeat(8), gap: null, inventory: null, status: null, refusal: null },
  row: { sequence, observedAt: new Date(), takenAt: '', receivedAt: new Date(), layoutNo: 1, flags: 0, readings },
});

/** An inventory whose parts have the sequences `from` to `to`, and so many removed keys. */
function inventoryOf(from: number, to: number, keys = 0): PendingSequence {
  const hashed = (sequence: number) => ({ sequence, hash: sequence.toString(16).padStart(16, '0') });
  const sequences = Array.from({ length: to - from + 1 }, (_, place) => hashed(from + place));
  const times = { observedAt: new Date(), receivedAt: new Date() };
  const removed = Array.from({ length: keys }, String);
  const inventory = { ...times, sequences, baseSequence: null, scopes: [], items: [], removed };
  return { ...hashed(to), row: null, gap: null, inventory, status: null, refusal: null };
}

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

test('an inventory is stored alone, in its place between the beats of its stream, and beats of others before it', async () => {
  const [one, other] = [streamOf(1), streamOf(2)];
  add(one, 1);
  batcher.add(one, inventoryOf(2, 4));
  add(one, 5);
  batcher.add(other, inventoryOf(1, 1));
  await batcher.close();
  expect(database.calls).toEqual([['1:0-1'], ['inventory 2:0-1'], ['inventory 1:1-4'], ['1:4-5']]);
  expect([1, 2].map(settledCount)).toEqual([5, 1]);
});

test('an inventory keeps a hash for each of its parts', async () => {
  const stream = streamOf(1);
  batcher.add(stream, inventoryOf(1, 3));
  await batcher.close();
  expect(database.steps[0]?.hashes).toBe([1, 2, 3].map((sequence) => String(sequence).padStart(16, '0')).join(''));
});

test('beats wait for no more inventories than one batch may have', async () => {
  for (let host = 1; host <= MAX_BATCH_INVENTORIES + 1; host += 1) batcher.add(streamOf(host), inventoryOf(1, 1));
  add(streamOf(100), 1);
  add(streamOf(100), 1, 2);
  await batcher.close();
  expect(database.calls.findIndex(([call]) => call === '100:1-2' || call === '100:0-2')).toBe(
    MAX_BATCH_INVENTORIES + 1,
  );
  expect(settledUpTo(MAX_BATCH_INVENTORIES + 1)).toBe(1);
});

test('an inventory that the database does not take is refused at each of its parts, and what is around it is stored', async () => {
  database.failInventory = () => {
    throw new Fault(OUT_OF_RANGE);
  };
  const stream = streamOf(1);
  add(stream, 1);
  batcher.add(stream, inventoryOf(2, 3));
  add(stream, 4);
  await batcher.close();
  expect(database.rows).toEqual(['1:1', '1:4']);
  expect(outcomes.get(1)?.flatMap(({ refused }) => refused)).toEqual([
    { sequence: 2, code: 'not-storable' },
    { sequence: 3, code: 'not-storable' },
  ]);
  expect(settledCount(1)).toBe(4);
});

test('an inventory is stored once when the answer to its COMMIT was lost', async () => {
  const stream = streamOf(1);
  let calls = 0;
  database.failInventory = () => {
    calls += 1;
    if (calls === 1) throw new Fault('CONNECTION_CLOSED');
  };
  batcher.add(stream, inventoryOf(1, 2));
  database.last.set(1, 2);
  await expect.poll(() => settledUpTo(1)).toBe(2);
  expect(database.steps).toEqual([]);
  expect(outcomes.get(1)).toEqual([{ sequence: 2, count: 2, refused: [] }]);
});

test('an inventory of which another connection stored the first parts otherwise goes on behind them', async () => {
  const stream = streamOf(1);
  database.last.set(1, 2);
  batcher.add(stream, inventoryOf(1, 3));
  await batcher.close();
  expect(database.calls).toEqual([['inventory 1:0-3'], ['inventory 1:2-3']]);
  expect(database.steps[0]?.hashes).toBe('3'.padStart(16, '0'));
  expect(settledUpTo(1)).toBe(3);
});

test('a stream is told whether a full inventory is needed before what it sent is settled', async () => {
  const stream = streamOf(1);
  database.outcome = 'base-missing';
  batcher.add(stream, inventoryOf(1, 1));
  await batcher.close();
  expect(stream.needsFullInventory).toBe(true);
  database.outcome = 'stored';
  batcher.add(stream, inventoryOf(2, 2));
  await batcher.close();
  expect(stream.needsFullInventory).toBe(false);
});

test('it is full at its limit of items, those that are held by a stream included, and no longer when they are stored', async () => {
  batcher.hold(1);
  batcher.add(streamOf(1), inventoryOf(1, 1, MAX_WAITING_ITEMS - 2));
  expect(batcher.isFull()).toBe(false);
  batcher.hold(1);
  expect(batcher.isFull()).toBe(true);
  await batcher.close();
  expect(batcher.isFull()).toBe(false);
});
