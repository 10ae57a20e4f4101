import { expect, test } from 'vitest';
import { neededBytes, shortOfRoom } from '../history/disk-room.ts';
import { growingQueries, QUERIES, type ScaleTimes, timesOf } from '../history/query-times.ts';

const scale = (hosts: number, fastest: Partial<Record<(typeof QUERIES)[number], number>>): ScaleTimes => ({
  hosts,
  times: Object.fromEntries(
    QUERIES.map((name) => [name, { fastest: fastest[name] ?? 10, p50: 99 * hosts, p95: 99 * hosts }]),
  ) as ScaleTimes['times'],
});

test('of 50 calls p95 is the 48th and p50 the 25th, in whatever order they came', () => {
  // 0.95 · 50 = 47.5, so the 48th is the first that 95 % do not exceed.
  const calls = Array.from({ length: 50 }, (_, call) => ((call * 7) % 50) + 1);
  expect(timesOf(calls)).toEqual({ fastest: 1, p50: 25, p95: 48 });
});

test('times of no call are an error, not a zero', () => {
  expect(() => timesOf([])).toThrow();
});

test('a query grows when its fastest call does, whatever the slow ones say', () => {
  const scales = [scale(10_000, { fleet: 90, growers: 16, year: 14 }), scale(1_000, { growers: 10 })];
  expect(growingQueries(scales)).toEqual(['fleet', 'growers']);
});

test('what differs by less than two milliseconds does not grow', () => {
  expect(growingQueries([scale(1_000, { year: 1 }), scale(10_000, { year: 2.9 })])).toEqual([]);
});

test('one size says nothing of growth', () => {
  expect(growingQueries([scale(1_000, {})])).toEqual([]);
  expect(growingQueries([])).toEqual([]);
});

test('a run is refused when the disk is one byte short, with what it needs and what to do', () => {
  const needed = neededBytes(10_000);
  expect(shortOfRoom(10_000, needed)).toBeNull();
  expect(shortOfRoom(10_000, needed - 1)).toMatch(/10000 hosts need 17\.0 GB of free disk.*TMPDIR/);
});

test('a run of 10,000 hosts asks for no more than 15 GB beside what every run needs', () => {
  expect(neededBytes(10_000) - neededBytes(0)).toBeLessThanOrEqual(15e9);
});
