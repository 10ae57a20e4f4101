import { expect, test } from 'vitest';
import { historyGrid } from '../../src/web/history-grid.ts';

const NOW = new Date('2026-03-01T12:00:07Z');

test('a bucket is the range by the points when beats come faster', () => {
  // 86,400 s ÷ 1,000 = 86.4, rounded up to whole minutes.
  const grid = historyGrid({ now: NOW, end: NOW, rangeSeconds: 86_400, points: 1_000, spacingSeconds: 10 });
  expect(grid.bucketSeconds).toBe(120);
});

test('a bucket is one and a half beats when those come slower', () => {
  const grid = historyGrid({ now: NOW, end: NOW, rangeSeconds: 86_400, points: 1_000, spacingSeconds: 300 });
  expect(grid.bucketSeconds).toBe(480);
});

test('the last bucket holds now, and both ends are multiples of the width', () => {
  const { from, to, bucketSeconds } = historyGrid({
    now: NOW,
    end: NOW,
    rangeSeconds: 3_600,
    points: 60,
    spacingSeconds: null,
  });
  const second = NOW.getTime() / 1_000;
  expect(bucketSeconds).toBe(60);
  expect([from % 60, to % 60]).toEqual([0, 0]);
  expect(to - 60).toBeLessThanOrEqual(second);
  expect(to).toBeGreaterThan(second);
});

test('there are never more buckets than points', () => {
  for (const points of [1, 2, 7, 999, 2_000]) {
    const { from, to, bucketSeconds } = historyGrid({
      now: NOW,
      end: NOW,
      rangeSeconds: 7_776_000,
      points,
      spacingSeconds: 7,
    });
    expect((to - from) / bucketSeconds).toBeLessThanOrEqual(points);
  }
});

test.each([
  // Half a minute stays; then whole minutes, whole hours from half an hour on, whole days from half a day on.
  { rangeSeconds: 3_600, points: 120, bucketSeconds: 30 },
  { rangeSeconds: 604_800, points: 600, bucketSeconds: 1_020 },
  { rangeSeconds: 2_592_000, points: 600, bucketSeconds: 7_200 },
  { rangeSeconds: 7_776_000, points: 600, bucketSeconds: 14_400 },
  { rangeSeconds: 31_536_000, points: 600, bucketSeconds: 86_400 },
  { rangeSeconds: 31_536_000, points: 100, bucketSeconds: 345_600 },
])('$rangeSeconds s in $points points are buckets of $bucketSeconds s', ({ bucketSeconds, ...range }) => {
  const grid = historyGrid({ now: NOW, end: NOW, spacingSeconds: null, ...range });
  expect(grid.bucketSeconds).toBe(bucketSeconds);
});

test('an hour of long ago is no finer than what is kept of then', () => {
  const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
  const width = (days: number) =>
    historyGrid({ now: NOW, end: ago(days), rangeSeconds: 3_600, points: 60, spacingSeconds: 10 }).bucketSeconds;
  expect([10, 89, 91, 730, 732].map(width)).toEqual([60, 60, 3_600, 3_600, 86_400]);
});
