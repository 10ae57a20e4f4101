import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSpoolStatus, StateLockedError } from '../../src/client/index.ts';
import { MAX_NAME_CHARACTERS } from '../../src/index.ts';
import { layout, numbered, otherLayout, snapshot } from '../snapshots.ts';
import { delivered, drain, newFolder, openSpool, segmentPaths, wordsOf } from './spool-tools.ts';

const KIB = 1_024;

test('what was added is there after a restart: same stream, same sequences, same content, in order', async () => {
  const folder = newFolder();
  const first = await openSpool(folder);
  const { stream } = first;
  for (let beat = 1; beat <= 3; beat += 1) first.add(numbered(beat));
  first.add(snapshot({ layout: otherLayout }));
  await first.close();
  const again = await openSpool(folder);
  expect([again.stream, again.lastSequence]).toEqual([stream, 4]);
  again.add(numbered(5));
  await again.settle();
  expect(await again.resume(1)).toBe(true);
  const all = drain(again);
  expect(wordsOf(all)).toEqual([2, 3, 4, 5]);
  expect(all[0]).toMatchObject({ snapshot: numbered(2), layout: { layout } });
  expect(all[2]).toMatchObject({ snapshot: { layout: otherLayout } });
  await again.close();
});

test('a record is told only once it is durable', async () => {
  const spool = await openSpool(newFolder());
  await spool.resume(0);
  spool.add(numbered(1));
  expect(spool.next()).toBeNull();
  let ready = 0;
  spool.onReady = () => {
    ready += 1;
  };
  await spool.settle();
  expect(ready).toBe(1);
  expect(wordsOf(drain(spool))).toEqual([1]);
  await spool.close();
});

test('folder and files are the owner’s alone', async () => {
  const folder = join(newFolder(), 'state');
  const spool = await openSpool(folder);
  spool.add(numbered(1));
  await spool.settle();
  const modes = [folder, join(folder, 'spool'), ...segmentPaths(folder)].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o700, 0o600]);
  await spool.close();
});

test('an unchanged host writes less than 1 MB an hour at a beat of 10 s, and acknowledged segments go', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  const beat = snapshot({ readings: layout.entries.map((_, place) => 1_000_000_000_000 + place) });
  await spool.resume(0);
  let written = 0;
  let before = 0;
  const names = new Set<string>();
  for (let count = 1; count <= 360; count += 1) {
    spool.add({ ...beat, uptimeMilliseconds: count * 10_000 });
    await spool.settle();
    written += spool.bytes > before ? spool.bytes - before : spool.bytes;
    before = spool.bytes;
    for (const path of segmentPaths(folder)) names.add(path);
    drain(spool);
    spool.acknowledge(count);
    expect(spool.bytes).toBeLessThan(140 * KIB);
  }
  expect(written).toBeLessThan(1_000_000);
  expect(names.size).toBeGreaterThan(2);
  await spool.close();
  expect(segmentPaths(folder)).toHaveLength(1);
});

test('at its bound the oldest goes, never over the bound and one record, and a gap tells', async () => {
  const folder = newFolder();
  const maxBytes = 128 * KIB;
  const spool = await openSpool(folder, { maxBytes });
  const most = { ...snapshot(), probes: [] };
  for (let beat = 1; beat <= 300; beat += 1) {
    spool.add({ ...most, ...numbered(beat) });
    await spool.settle();
    expect(segmentPaths(folder).reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThanOrEqual(maxBytes);
  }
  await spool.resume(0);
  const [gap, ...rest] = drain(spool);
  expect(gap).toMatchObject({ kind: 'gap', from: 1, reason: 'spool-full', firstTakenAt: numbered(1).takenAt });
  if (gap?.kind !== 'gap') throw new Error('the spool never reached its bound');
  expect(gap.lastTakenAt).toBe(numbered(gap.to).takenAt);
  expect(wordsOf(rest)).toEqual(Array.from({ length: 300 - gap.to }, (_, place) => gap.to + 1 + place));
  await spool.close();
  const [again] = await delivered(folder);
  expect(again).toMatchObject({ from: 1, to: gap.to, reason: 'spool-full', firstTakenAt: null });
});

test('what the protocol cannot carry is set aside, before and after a restart, and the queue goes on', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  spool.add(numbered(1));
  const reason = 'x'.repeat(MAX_NAME_CHARACTERS);
  spool.add({ ...numbered(2), probes: [{ probe: 'host', status: 'failed', reason, durationMilliseconds: 1 }] });
  const [store] = layout.stores;
  if (store === undefined) throw new Error('the capture has a store');
  spool.add({ ...numbered(3), layout: { ...layout, stores: [{ ...store, name: 'a\0b' }] } });
  spool.add(numbered(4));
  await spool.settle();
  await spool.resume(0);
  const told = drain(spool);
  expect(wordsOf(told)).toEqual([1, '2-2 oversize', '3-3 oversize', 4]);
  expect(told[1]).toMatchObject({ firstTakenAt: numbered(2).takenAt, lastTakenAt: numbered(2).takenAt });
  await spool.close();
  expect(wordsOf(await delivered(folder))).toEqual([1, '2-2 oversize', '3-3 oversize', 4]);
});

test('what a server finds too long becomes a gap in its place', async () => {
  const spool = await openSpool(newFolder());
  for (const beat of [1, 2, 3]) spool.add(numbered(beat));
  await spool.settle();
  await spool.resume(0);
  spool.next();
  const second = spool.next();
  if (second?.kind !== 'snapshot') throw new Error('the second one is a snapshot');
  spool.setAside(second);
  expect(wordsOf(drain(spool))).toEqual(['2-2 oversize', 3]);
  await spool.resume(1);
  expect(wordsOf(drain(spool))).toEqual(['2-2 oversize', 3]);
  await spool.close();
});

test('a server that was set back is told so, and gets again what is still there', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder, { maxBytes: 64 * KIB });
  await spool.resume(0);
  for (let beat = 1; beat <= 40; beat += 1) spool.add(numbered(beat));
  await spool.settle();
  drain(spool);
  spool.acknowledge(30);
  spool.add(numbered(41));
  await spool.settle();
  const check = (told: (number | string)[]) => {
    const gap = /^6-(\d+) server-set-back$/.exec(String(told[0]));
    const to = Number(gap?.[1]);
    expect(to).toBeGreaterThan(5);
    expect(told.slice(1)).toEqual(Array.from({ length: 41 - to }, (_, place) => to + 1 + place));
  };
  await spool.resume(5);
  check(wordsOf(drain(spool)));
  await spool.close();
  check(wordsOf(await delivered(folder, 5)));
});

test('a server that has more than was ever made gets a new stream with all that is not acknowledged', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  const { stream } = spool;
  await spool.resume(0);
  for (const beat of [1, 2, 3, 4]) spool.add(numbered(beat));
  await spool.settle();
  drain(spool);
  spool.acknowledge(2);
  expect(await spool.resume(9)).toBe(false);
  expect(spool.stream).not.toBe(stream);
  expect(spool.lastSequence).toBe(2);
  const fresh = spool.stream;
  await spool.close();
  const again = await openSpool(folder);
  expect([again.stream, again.lastSequence]).toEqual([fresh, 2]);
  again.add(numbered(5));
  await again.settle();
  expect(await again.resume(0)).toBe(true);
  const told = drain(again);
  expect(wordsOf(told)).toEqual([1, 2, 3]);
  expect(told).toMatchObject([3, 4, 5].map((beat) => ({ snapshot: numbered(beat) })));
  await again.close();
});

test('a spool that was set back to an earlier copy never passes new records off as those the server has', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  for (const beat of [1, 2]) spool.add(numbered(beat));
  await spool.close();
  const again = await openSpool(folder);
  for (const beat of [13, 14, 15]) again.add(numbered(beat));
  await again.settle();
  // The lost run had sent 3 and 4, and these are others.
  expect(await again.resume(4)).toBe(false);
  expect(await again.resume(0)).toBe(true);
  expect(drain(again).map((one) => (one.kind === 'snapshot' ? one.snapshot.uptimeMilliseconds : one))).toEqual([
    1, 2, 13, 14, 15,
  ]);
  await again.close();
});

test('a clock that steps changes neither the order nor what is delivered', async () => {
  const folder = newFolder();
  const times = [
    '2026-01-01T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
    '2025-01-02T00:00:00.000Z',
    '2026-01-01T00:00:30.000Z',
  ];
  const spool = await openSpool(folder);
  for (const takenAt of times) spool.add(snapshot({ takenAt }));
  await spool.close();
  const told = await delivered(folder);
  expect(wordsOf(told)).toEqual([1, 2, 3, 4]);
  expect(told).toMatchObject(times.map((takenAt) => ({ snapshot: { takenAt } })));
});

test('a second collector is kept off the folder, and gets it once the first one is gone', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  await expect(openSpool(folder)).rejects.toThrow(StateLockedError);
  await expect(openSpool(folder)).rejects.toThrow(`Another collector uses ${folder};`);
  await spool.close();
  await (await openSpool(folder)).close();
});

test('a folder whose name is longer than a socket’s address may be is locked as well', async () => {
  const folder = join(newFolder(), 'x'.repeat(200));
  const spool = await openSpool(folder);
  await expect(openSpool(folder)).rejects.toThrow(StateLockedError);
  await spool.close();
});

test('the status tells what waits, and changes nothing', async () => {
  const folder = newFolder();
  expect(readSpoolStatus(folder)).toEqual({ stream: null, records: 0, bytes: 0, oldestTakenAt: null });
  const spool = await openSpool(folder);
  await spool.resume(0);
  for (const beat of [1, 2, 3]) spool.add(numbered(beat));
  await spool.settle();
  expect(readSpoolStatus(folder)).toEqual({
    ...{ stream: spool.stream, records: 3, bytes: spool.bytes, oldestTakenAt: numbered(1).takenAt },
  });
  drain(spool);
  spool.acknowledge(3);
  spool.add(numbered(4));
  await spool.settle();
  expect(readSpoolStatus(folder)).toMatchObject({ records: 1 });
  await spool.close();
});

test('foreign files in the folder are left alone', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  spool.add(numbered(1));
  await spool.close();
  const foreign = join(folder, 'spool', 'notes.txt');
  truncateSync(segmentPaths(folder)[0] as string);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(foreign, 'mine');
  expect(wordsOf(await delivered(folder))).toEqual([]);
  expect(statSync(foreign).size).toBe(4);
});
