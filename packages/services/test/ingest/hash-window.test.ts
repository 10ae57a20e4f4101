import { expect, test } from 'vitest';
import { gapHash, HashWindow, snapshotHash, UNKNOWN_HASH } from '../../src/ingest/hash-window.ts';

const hashOf = (sequence: number): string => sequence.toString(16).padStart(16, '0');
const bytesOf = (from: number, to: number): Buffer =>
  Buffer.from(Array.from({ length: to - from + 1 }, (_, place) => hashOf(from + place)).join(''), 'hex');
const OTHER = 'f'.repeat(16);

test('it knows the last 64 sequences, from the database and from what came since', () => {
  const window = new HashWindow(70, bytesOf(7, 70));
  expect(window.contradicts(6, OTHER)).toBe(false);
  for (const sequence of [7, 70]) {
    expect(window.contradicts(sequence, hashOf(sequence))).toBe(false);
    expect(window.contradicts(sequence, OTHER)).toBe(true);
  }
  window.add(71, hashOf(71));
  expect([7, 8, 71].map((sequence) => window.contradicts(sequence, OTHER))).toEqual([false, true, true]);
});

test('fewer hashes than sequences are those of the last ones', () => {
  const window = new HashWindow(100, bytesOf(99, 100));
  expect([98, 99, 100, 101].map((sequence) => window.contradicts(sequence, OTHER))).toEqual([false, true, true, false]);
});

test('a range holds one hash at each of its sequences, however long it is', () => {
  const window = new HashWindow(0, Buffer.alloc(0));
  window.add(1_000_000, hashOf(1));
  const at = [1_000_000 - 64, 1_000_000 - 63, 1_000_000];
  expect(at.map((sequence) => window.contradicts(sequence, OTHER))).toEqual([false, true, true]);
  expect(window.contradicts(1_000_000, hashOf(1))).toBe(false);
});

test('what was not stored, or cannot be compared, contradicts nothing', () => {
  const window = new HashWindow(0, Buffer.alloc(0));
  window.add(1, UNKNOWN_HASH);
  window.add(2, hashOf(2));
  expect(window.contradicts(1, OTHER)).toBe(false);
  expect(window.contradicts(2, UNKNOWN_HASH)).toBe(false);
});

test('every field of a snapshot and of a gap changes its hash', () => {
  const snapshot = { takenAt: 'a', bootId: 'b', uptimeMilliseconds: 1, readings: [1, null], probes: [] };
  const gap = { from: 1, to: 2, reason: 'corrupt', firstTakenAt: null, lastTakenAt: null } as const;
  const probe = { probe: 'p', status: 'ok', reason: null, durationMilliseconds: 1 } as const;
  const hashes = [
    snapshotHash(snapshot, 1),
    snapshotHash(snapshot, 2),
    snapshotHash({ ...snapshot, takenAt: 'b' }, 1),
    snapshotHash({ ...snapshot, bootId: 'c' }, 1),
    snapshotHash({ ...snapshot, uptimeMilliseconds: 2 }, 1),
    snapshotHash({ ...snapshot, readings: [1, 0] }, 1),
    snapshotHash({ ...snapshot, probes: [probe] }, 1),
    gapHash(gap),
    gapHash({ ...gap, from: 2 }),
    gapHash({ ...gap, reason: 'oversize' }),
    gapHash({ ...gap, firstTakenAt: '2026-11-21T00:00:00Z' }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(snapshotHash({ ...snapshot }, 1)).toBe(hashes[0]);
});
