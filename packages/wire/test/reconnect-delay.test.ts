import { expect, test } from 'vitest';
import { MAX_RETRY_AFTER_MILLISECONDS, reconnectDelay } from '../src/client/reconnect-delay.ts';

test.each([
  // attempt, asked for, random, milliseconds: 500 + random × (min(60,000, 500 × 2^attempt) − 500) + asked for
  [1, null, 0, 500],
  [1, null, 1, 1_000],
  [2, null, 0.5, 1_250],
  [7, null, 1, 60_000],
  [5_000, null, 1, 60_000],
  [1, 5_000, 1, 6_000],
  [1, Number.MAX_SAFE_INTEGER, 0, 500 + MAX_RETRY_AFTER_MILLISECONDS],
])('attempt %d, asked for %s, random %d: %d ms', (attempt, retryAfter, random, milliseconds) => {
  expect(reconnectDelay(attempt, retryAfter, random)).toBe(milliseconds);
});
