import { describe, expect, test } from 'vitest';
import { MemoryOutbox, type Outbox, type Outgoing } from '../../src/client/index.ts';
import { MAX_PART_ITEMS } from '../../src/index.ts';
import { inventoryOf, numbered } from '../snapshots.ts';
import { delivered, drain, newFolder, openSpool, segmentPaths, wordsOf } from './spool-tools.ts';

/** Sequence, base and part of each part; null for what is none. */
const partsOf = (all: Outgoing[]) =>
  all.map((one) => (one.kind === 'inventory' ? [one.sequence, one.baseSequence, one.head.part, one.head.parts] : null));

const full = (uptime: number, count = 3) => inventoryOf(uptime, true, count);
const delta = (uptime: number, count = 3) => inventoryOf(uptime, false, count);

const outboxes: [string, () => Promise<Outbox & { settle?: () => Promise<void> }>][] = [
  ['in memory', async () => new MemoryOutbox()],
  ['on disk', () => openSpool(newFolder())],
];

describe.each(outboxes)('%s', (_, open) => {
  test('a full one has no base, a delta that of the last part before, over snapshots and gaps', async () => {
    const outbox = await open();
    await outbox.resume(0);
    expect(outbox.needsFullInventory).toBe(true);
    outbox.addInventory(full(1, MAX_PART_ITEMS + 1));
    expect(outbox.needsFullInventory).toBe(false);
    outbox.add(numbered(2));
    outbox.addInventory(delta(3));
    outbox.addInventory(delta(4));
    outbox.addInventory(full(5));
    await outbox.settle?.();
    expect(partsOf(drain(outbox))).toEqual([
      [1, null, 1, 2],
      [2, null, 2, 2],
      null,
      [4, 2, 1, 1],
      [5, 4, 1, 1],
      [6, null, 1, 1],
    ]);
    await outbox.close();
  });

  test('a delta of nothing is a wrong use, and takes no sequence', async () => {
    const outbox = await open();
    expect(() => outbox.addInventory(delta(1))).toThrow(RangeError);
    expect(outbox.lastSequence).toBe(0);
    await outbox.close();
  });

  test('what cannot be carried at all takes no sequence, and the next one must be full', async () => {
    const outbox = await open();
    outbox.addInventory(full(1));
    outbox.addInventory({ ...delta(2), takenAt: 'soon' });
    expect([outbox.lastSequence, outbox.needsFullInventory]).toEqual([1, true]);
    await outbox.close();
  });

  test('a full one waits until its last part is acknowledged', async () => {
    const outbox = await open();
    await outbox.resume(0);
    expect(outbox.fullInventoryWaits).toBe(false);
    outbox.addInventory(full(1, MAX_PART_ITEMS + 1));
    outbox.addInventory(delta(2));
    outbox.acknowledge(1);
    expect(outbox.fullInventoryWaits).toBe(true);
    outbox.acknowledge(2);
    expect(outbox.fullInventoryWaits).toBe(false);
    await outbox.close();
  });

  test('a part that a server finds too long becomes a gap in its place', async () => {
    const outbox = await open();
    await outbox.resume(0);
    outbox.addInventory(full(1));
    outbox.add(numbered(2));
    await outbox.settle?.();
    const part = outbox.next();
    if (part?.kind !== 'inventory') throw new Error('the first one is a part');
    outbox.setAside(part);
    const told = drain(outbox);
    expect(wordsOf(told)).toEqual(['1-1 oversize', 2]);
    expect(told[0]).toMatchObject({ firstTakenAt: numbered(1).takenAt });
    await outbox.close();
  });

  test('a new stream begins with a full one, and no delta of before passes for one that fits', async () => {
    const outbox = await open();
    await outbox.resume(0);
    outbox.addInventory(full(1));
    outbox.addInventory(delta(2));
    outbox.addInventory(delta(3));
    await outbox.settle?.();
    drain(outbox);
    outbox.acknowledge(1);
    expect(await outbox.resume(9)).toBe(false);
    expect(outbox.needsFullInventory).toBe(true);
    outbox.addInventory(full(4));
    await outbox.settle?.();
    await outbox.resume(0);
    expect(partsOf(drain(outbox))).toEqual([
      // Its base is of the stream before: at 1 there is no inventory but itself.
      [1, 1, 1, 1],
      [2, 1, 1, 1],
      [3, null, 1, 1],
    ]);
    await outbox.close();
  });
});

test('parts last over a restart as they were, and the first inventory of a run must be full', async () => {
  const folder = newFolder();
  const first = await openSpool(folder);
  await first.resume(0);
  first.addInventory(full(1, MAX_PART_ITEMS + 1));
  first.add(numbered(2));
  first.addInventory(delta(3));
  await first.settle();
  const before = drain(first);
  await first.close();
  expect(await delivered(folder)).toEqual(before);
  const again = await openSpool(folder);
  expect([again.needsFullInventory, again.fullInventoryWaits]).toEqual([true, false]);
  await again.close();
});

test('at a spool’s bound the oldest parts go, and a gap tells', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder, { maxBytes: 32 * 1024 });
  for (let beat = 1; beat <= 400; beat += 1) {
    spool.addInventory(inventoryOf(beat, beat === 1, 40));
    await spool.settle();
  }
  await spool.close();
  const [gap, ...rest] = await delivered(folder);
  expect(gap).toMatchObject({ kind: 'gap', from: 1, reason: 'spool-full' });
  expect(rest.length).toBeGreaterThan(0);
  expect(segmentPaths(folder).length).toBeGreaterThan(1);
});
