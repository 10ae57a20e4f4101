import { expect, test } from 'vitest';
import { weekSharesOf } from '../../src/forecast/weekend.ts';

const EVEN = [1, 1, 1, 1, 1, 1, 1];

test('two days running that grow less each week are a weekend, by their age', () => {
  const shares = weekSharesOf([4, 4, 1, 1, 4, 4, 4, 4, 4, 1, 1, 4, 4, 4]);
  expect(shares[2]).toBeLessThan(0.5);
  expect(shares[3]).toBe(shares[2]);
  expect(shares[0]).toBeGreaterThan(1.1);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(7);
});

test('of less than a week, and of even days, there is none', () => {
  expect(weekSharesOf([4, 4, 1, 1, 4, 4])).toEqual(EVEN);
  expect(weekSharesOf([4, 4, 4, 4, 4, 4, 4, 4])).toEqual(EVEN);
});

test.each([
  [[3.8, 3.4, -4.2, 3.1, 4.4, 4.5, 4, 5, 3.8]],
  [[4, 3.9, 1.8, -3.5, 3.9, 4.6, 4.4, 4, 4.9]],
  [[4.1, 3.6, -0.2, -1.3, 4, 4.6, 4.5, 4.1, 4.6]],
])('a day that was cleaned up is no day of rest: %s', (rates) => {
  expect(weekSharesOf(rates)).toEqual(EVEN);
});
