import { expect, test } from 'vitest';
import { growthPerDay } from '../src/growth.ts';

const day = (days: number, value: number) => ({ at: new Date(Date.UTC(2026, 0, 1) + days * 86_400_000), value });

test('of two samples it is their difference by their distance', () => {
  // (30 − 10) ÷ 2 days.
  expect(growthPerDay([day(0, 10), day(2, 30)])).toBeCloseTo(10, 9);
});

test('it is the slope of the least-squares line', () => {
  // Days 0, 1, 2 with 0, 3, 3: means 1 and 2; covariance (−1)(−2) + 0 + (1)(1) = 3, variance 2, slope 1.5.
  expect(growthPerDay([day(0, 0), day(1, 3), day(2, 3)])).toBeCloseTo(1.5, 9);
});

test('what shrinks has a negative growth, what stands still has none', () => {
  expect(growthPerDay([day(0, 10), day(1, 8), day(2, 6)])).toBeCloseTo(-2, 9);
  expect(growthPerDay([day(0, 10), day(3, 10)])).toBe(0);
});

test('under a day of history says nothing, a whole day does', () => {
  expect(growthPerDay([])).toBeNull();
  expect(growthPerDay([day(0, 1)])).toBeNull();
  expect(growthPerDay([day(0, 1), day(0.5, 2), day(0.999, 3)])).toBeNull();
  expect(growthPerDay([day(0, 1), day(1, 3)])).toBeCloseTo(2, 9);
});

test('the order of the samples does not matter', () => {
  expect(growthPerDay([day(2, 3), day(0, 0), day(1, 3)])).toBeCloseTo(1.5, 9);
});

test('a small growth of a petabyte is not lost in rounding', () => {
  // 2^50 bytes and 1 MiB more each day, over 7 days.
  const samples = Array.from({ length: 8 }, (_, index) => day(index, 2 ** 50 + index * 2 ** 20));
  expect(growthPerDay(samples)).toBeCloseTo(2 ** 20, 3);
});
