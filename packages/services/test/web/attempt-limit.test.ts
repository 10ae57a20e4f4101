import { expect, test } from 'vitest';
import { AttemptLimit } from '../../src/web/attempt-limit.ts';

test('attempts beyond the limit wait for the end of the window that began with the first', () => {
  const limit = new AttemptLimit({ windowMilliseconds: 1_000, max: 2 });
  expect([0, 500, 900, 999].map((now) => limit.take('a', now))).toEqual([true, true, false, false]);
  expect(limit.take('a', 1_000)).toBe(true);
});

test('keys do not share their limit', () => {
  const limit = new AttemptLimit({ windowMilliseconds: 1_000, max: 1 });
  expect([limit.take('a', 0), limit.take('b', 0), limit.take('a', 0)]).toEqual([true, true, false]);
});
