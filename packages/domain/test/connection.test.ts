import { expect, test } from 'vitest';
import { connectionOf } from '../src/connection.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const seen = (secondsAgo: number, beatSeconds: number) =>
  connectionOf({ lastSeenAt: new Date(NOW.getTime() - secondsAgo * 1_000), beatSeconds }, NOW);

test('a host of which nothing came is never, not silent', () => {
  expect(connectionOf(null, NOW)).toBe('never');
});

test('silent begins after three beats and five seconds', () => {
  expect([seen(35, 10), seen(36, 10)]).toEqual(['connected', 'silent']);
  expect([seen(905, 300), seen(906, 300)]).toEqual(['connected', 'silent']);
});

test('a beat from the future, by clocks that differ, is connected', () => {
  expect(seen(-30, 10)).toBe('connected');
});
