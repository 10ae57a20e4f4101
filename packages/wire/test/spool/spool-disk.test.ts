import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAX_MEMORY_BYTES, MAX_MEMORY_RECORDS } from '../../src/client/spool/spool.ts';
import { numbered, snapshot } from '../snapshots.ts';
import { delivered, drain, openSpool, segmentPaths, wordsOf } from './spool-tools.ts';

/** A file system of its own needs root, and a kernel that lets it. */
function mountTmpfs(size: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'silt-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}
const remount = (folder: string, options: string) => execFileSync('mount', ['-o', `remount,${options}`, folder]);
const unmount = (folder: string) => {
  execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true });
};

const probe = mountTmpfs('64k');
if (probe !== null) unmount(probe);

function smallDisk(size: string): string {
  const folder = mountTmpfs(size);
  if (folder === null) throw new Error('tmpfs could be mounted a moment ago');
  onTestFinished(() => unmount(folder));
  return folder;
}

function recorder() {
  const said: string[] = [];
  const say = (_: object, message: string) => void said.push(message);
  return { said, log: { info: say, warn: say } };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, place) => from + place);

describe.skipIf(probe === null)('on a disk of its own (needs root, to mount a tmpfs)', () => {
  test('a full disk: records are sent from memory, nothing is lost, and it is said once each way', async () => {
    const folder = smallDisk('256k');
    const { said, log } = recorder();
    const spool = await openSpool(folder, { log });
    await spool.resume(0);
    spool.add(numbered(1));
    await spool.settle();
    const ballast = join(folder, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);
    for (const beat of range(2, 40)) {
      spool.add(numbered(beat));
      await spool.settle();
    }
    expect(said).toEqual([expect.stringContaining('cannot be written')]);
    expect(wordsOf(drain(spool))).toEqual(range(1, 40));
    spool.acknowledge(10);
    rmSync(ballast);
    spool.add(numbered(41));
    await spool.settle();
    expect(said[1]).toContain('can be written again');
    expect(said).toHaveLength(2);
    await spool.close();
    expect(wordsOf(await delivered(folder, 10))).toEqual(range(11, 41));
  });

  test('a full disk in the end drops the oldest from memory, counted, and a gap tells', async () => {
    const folder = smallDisk('64k');
    const spool = await openSpool(folder);
    await spool.resume(0);
    spool.add(numbered(1));
    await spool.settle();
    expect(() => writeFileSync(join(folder, 'ballast'), Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);
    const over = 25;
    for (const beat of range(2, MAX_MEMORY_RECORDS + over))
      spool.add(snapshot({ uptimeMilliseconds: beat, probes: [] }));
    await spool.settle();
    const told = drain(spool);
    const gap = told.find((one) => one.kind === 'gap');
    if (gap?.kind !== 'gap') throw new Error('the memory never filled');
    expect(gap.reason).toBe('memory-full');
    expect(gap.to).toBeGreaterThanOrEqual(over);
    expect(wordsOf(told)).toEqual([
      ...range(1, gap.from - 1),
      `${gap.from}-${gap.to} memory-full`,
      ...range(gap.to + 1, MAX_MEMORY_RECORDS + over),
    ]);
    await spool.close();
  });

  test('memory is bounded in bytes too', async () => {
    const folder = smallDisk('64k');
    expect(() => writeFileSync(join(folder, 'ballast'), Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);
    const spool = await openSpool(folder);
    await spool.resume(0);
    const probes = new Array(50).fill({ probe: 'x', status: 'ok', reason: 'x'.repeat(1_000), durationMilliseconds: 1 });
    const count = Math.ceil(MAX_MEMORY_BYTES / 50_000) + 20;
    for (const beat of range(1, count)) spool.add(snapshot({ uptimeMilliseconds: beat, probes }));
    await spool.settle();
    const told = drain(spool);
    expect(told[0]).toMatchObject({ kind: 'gap', from: 1, reason: 'memory-full' });
    expect(told.length).toBeLessThan(MAX_MEMORY_BYTES / 50_000 + 1);
    expect(told.at(-1)).toMatchObject({ sequence: count });
    await spool.close();
  });

  test('a disk that turns read-only and back: nothing is lost, what came between is written out in order', async () => {
    const folder = smallDisk('1m');
    const { said, log } = recorder();
    const spool = await openSpool(folder, { log });
    await spool.resume(0);
    for (const beat of range(1, 3)) spool.add(numbered(beat));
    await spool.settle();
    // An open file keeps a file system from turning read-only.
    await spool.close();
    remount(folder, 'ro');
    const held = await openSpool(folder, { log });
    expect(held.lastSequence).toBe(3);
    for (const beat of range(4, 6)) held.add(numbered(beat));
    await held.settle();
    await held.resume(1);
    expect(wordsOf(drain(held))).toEqual(range(2, 6));
    expect(said.filter((one) => one.includes('cannot be written'))).toHaveLength(1);
    remount(folder, 'rw');
    held.add(numbered(7));
    await held.settle();
    expect(said.at(-1)).toContain('can be written again');
    await held.close();
    expect(wordsOf(await delivered(folder, 1))).toEqual(range(2, 7));
  });

  test('a state folder that cannot even be made is no reason not to beat', async () => {
    const folder = smallDisk('64k');
    remount(folder, 'ro');
    const spool = await openSpool(join(folder, 'state'));
    spool.add(numbered(1));
    await spool.settle();
    await spool.resume(0);
    expect(wordsOf(drain(spool))).toEqual([1]);
    remount(folder, 'rw');
    spool.add(numbered(2));
    await spool.settle();
    expect(segmentPaths(join(folder, 'state'))).toHaveLength(1);
    await spool.close();
    expect(wordsOf(await delivered(join(folder, 'state')))).toEqual([1, 2]);
  });
});

test('a spool folder that is no folder: records are sent from memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'silt-spool-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const spool = await openSpool(folder);
  rmSync(join(folder, 'spool'), { recursive: true });
  writeFileSync(join(folder, 'spool'), '');
  spool.add(numbered(1));
  await spool.settle();
  await spool.resume(0);
  expect(wordsOf(drain(spool))).toEqual([1]);
  rmSync(join(folder, 'spool'));
  mkdirSync(join(folder, 'spool'));
  spool.add(numbered(2));
  await spool.close();
  expect(wordsOf(await delivered(folder))).toEqual([1, 2]);
});
