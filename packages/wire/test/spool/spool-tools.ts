import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type Outbox,
  type Outgoing,
  type OutgoingInventory,
  type OutgoingSnapshot,
  Spool,
  type SpoolOptions,
} from '../../src/client/index.ts';

/** A folder that goes with the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'silt-spool-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function copyOf(folder: string): string {
  const copy = newFolder();
  cpSync(join(folder, 'spool'), join(copy, 'spool'), { recursive: true });
  return copy;
}

/** Paths of the segments, oldest first. */
export const segmentPaths = (folder: string): string[] =>
  readdirSync(join(folder, 'spool'))
    .sort()
    .map((name) => join(folder, 'spool', name));

export const openSpool = (stateFolder: string, options: Omit<SpoolOptions, 'stateFolder'> = {}): Promise<Spool> =>
  Spool.open({ stateFolder, ...options });

/** All that can be sent now. */
export function drain(outbox: Outbox): Outgoing[] {
  const all: Outgoing[] = [];
  for (let one = outbox.next(); one !== null; one = outbox.next()) all.push(one);
  return all;
}

/** `3` for the snapshot or part of sequence 3, `4-6 corrupt` for a gap. */
export const wordsOf = (all: Outgoing[]): (number | string)[] =>
  all.map((one) => (one.kind === 'gap' ? `${one.from}-${one.to} ${one.reason}` : one.sequence));

export const uptimeOf = (one: OutgoingSnapshot | OutgoingInventory): number =>
  one.kind === 'snapshot' ? one.snapshot.uptimeMilliseconds : one.head.uptimeMilliseconds;

/** What a spool in this folder tells a server that has committed so far. */
export async function delivered(folder: string, committed = 0): Promise<Outgoing[]> {
  const spool = await openSpool(folder);
  try {
    await spool.resume(committed);
    return drain(spool);
  } finally {
    await spool.close();
  }
}

/** Numbers from 0 to `below` − 1, the same ones for each run (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
