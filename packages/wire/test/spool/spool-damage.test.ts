import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSegments } from '../../src/client/spool/segment.ts';
import { snapshot } from '../snapshots.ts';
import { copyOf, delivered, drain, newFolder, openSpool, randomFrom, segmentPaths, wordsOf } from './spool-tools.ts';

const SEED = 20_261_121;

/** A spool of `beats` short records in one segment, and the offset at which each one ends. */
async function smallSpool(beats: number): Promise<{ folder: string; path: string; ends: number[] }> {
  const folder = newFolder();
  const spool = await openSpool(folder);
  const ends: number[] = [];
  for (let beat = 1; beat <= beats; beat += 1) {
    spool.add(snapshot({ uptimeMilliseconds: beat, probes: [] }));
    await spool.settle();
    ends.push(spool.bytes);
  }
  await spool.close();
  return { folder, path: segmentPaths(folder)[0] as string, ends };
}

test('a segment that is cut at whatever offset loses the torn record alone, and no sequence is given again', async () => {
  const { folder, path, ends } = await smallSpool(4);
  const copy = copyOf(folder);
  const [copied] = segmentPaths(copy) as [string];
  for (let length = 0; length < (ends.at(-1) as number); length += 1) {
    copyFileSync(path, copied);
    truncateSync(copied, length);
    const whole = ends.filter((end) => end <= length).length;
    const spool = await openSpool(copy);
    await spool.resume(0);
    const expected = Array.from({ length: whole }, (_, place) => place + 1);
    const told = wordsOf(drain(spool));
    // Bytes of layouts without a record after them may have been one too.
    const torn = length > (ends[whole - 1] ?? 0) && told.length > whole;
    expect(told, `cut at ${length}`).toEqual(torn ? [...expected, `${whole + 1}-${whole + 1} corrupt`] : expected);
    if (whole > 0 && length > (ends[whole - 1] as number)) expect(torn, `cut at ${length}`).toBe(true);
    expect(spool.lastSequence).toBe(torn ? whole + 1 : whole);
    await spool.close();
  }
}, 60_000);

test('a segment that is cut goes on with new records after it', async () => {
  const { folder, path, ends } = await smallSpool(3);
  truncateSync(path, (ends[2] as number) - 1);
  const spool = await openSpool(folder);
  spool.add(snapshot({ uptimeMilliseconds: 4 }));
  await spool.close();
  expect(wordsOf(await delivered(folder))).toEqual([1, 2, '3-3 corrupt', 4]);
});

test('a flipped bit at whatever place costs that record alone, and is told as a gap', async () => {
  const { folder, path, ends } = await smallSpool(5);
  const copy = copyOf(folder);
  const [copied] = segmentPaths(copy) as [string];
  const bytes = readFileSync(path);
  const random = randomFrom(SEED);
  const firstEnd = ends[0] as number;
  let lost = 0;
  for (let place = 0; place < bytes.length; place += 1) {
    const flipped = Buffer.from(bytes);
    flipped[place] = (flipped[place] as number) ^ (1 << random(8));
    writeFileSync(copied, flipped);
    const told = wordsOf(await delivered(copy));
    const hit = ends.findIndex((end) => place < end) + 1;
    const with1 = (sequence: number) =>
      [1, 2, 3, 4, 5].map((one) => (one === sequence ? `${one}-${one} corrupt` : one));
    // Two copies of the layout stand before the first record: one may break and nothing is lost.
    if (hit === 1 && told[0] === 1) expect(told, `byte ${place}`).toEqual([1, 2, 3, 4, 5]);
    else {
      expect(told, `byte ${place}`).toEqual(with1(hit));
      lost += 1;
    }
  }
  expect(lost).toBeGreaterThan(bytes.length - firstEnd);
}, 60_000);

test('a record that breaks while the collector runs is told as a gap too', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder);
  for (let beat = 1; beat <= 12; beat += 1) spool.add(snapshot({ uptimeMilliseconds: beat }));
  await spool.settle();
  const [path] = segmentPaths(folder) as [string];
  const bytes = readFileSync(path);
  const at = bytes.indexOf('"uptimeMilliseconds":3,');
  expect(at).toBeGreaterThan(0);
  bytes[at + 5] = 0;
  writeFileSync(path, bytes);
  await spool.resume(0);
  expect(wordsOf(drain(spool))).toEqual([1, 2, '3-3 corrupt', 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  await spool.close();
});

test('a segment that is gone, and one of nothing but zeros, cost what was in them and no more', async () => {
  const folder = newFolder();
  const spool = await openSpool(folder, { maxBytes: 8 * 16 * 1_024 });
  for (let beat = 1; beat <= 60; beat += 1) {
    spool.add(snapshot({ uptimeMilliseconds: beat }));
    await spool.settle();
  }
  await spool.close();
  const { segments } = readSegments(join(folder, 'spool'));
  const [, second, third, fourth] = segments;
  if (second === undefined || third === undefined || fourth === undefined) throw new Error('too few segments');
  truncateSync(second.path, 0);
  writeFileSync(third.path, Buffer.alloc(third.bytes));
  const told = wordsOf(await delivered(folder));
  expect(told).toContain(`${second.first}-${third.last} corrupt`);
  expect(told).toHaveLength(60 - (third.last - second.first + 1) + 1);
});
