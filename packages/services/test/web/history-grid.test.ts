import { expect, test } from 'vitest';
import { historyGrid } from '../../src/web/history-grid.ts';

const NOW = new Date('2026-03-01T12:00:07Z');

test('a bucket is the range by the points when beats come faster', () => {
  // 86,400 s ÷ 1,000 = 86.4, rounded up so that the range fits.
  const grid = historyGrid({ now: NOW, rangeSeconds: 86_400, points: 1_000, spacingSeconds: 10 });
  expect(grid.bucketSeconds).toBe(87);
});

test('a bucket is one and a half beats when those come slower', () => {
  const grid = historyGrid({ now: NOW, rangeSeconds: 86_400, points: 1_000, spacingSeconds: 300 });
  expect(grid.bucketSeconds).toBe(450);
});

test('the last bucket holds now, and both ends are multiples of the width', () => {
  const { from, to, bucketSeconds } = historyGrid({ now: NOW, rangeSeconds: 3_600, points: 60, spacingSeconds: null });
  const second = NOW.getTime() / 1_000;
  expect(bucketSeconds).toBe(60);
  expect([from % 60, to % 60]).toEqual([0, 0]);
  expect(to - 60).toBeLessThanOrEqual(second);
  expect(to).toBeGreaterThan(second);
});

test('there are never more buckets than points', () => {
  for (const points of [1, 2, 7, 999, 2_000]) {
    const { from, to, bucketSeconds } = historyGrid({ now: NOW, rangeSeconds: 7_776_000, points, spacingSeconds: 7 });
    expect((to - from) / bucketSeconds).toBeLessThanOrEqual(points);
  }
});
