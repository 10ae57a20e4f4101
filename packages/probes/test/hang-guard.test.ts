import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HangGuard, LANE_SLOTS } from '../src/hang-guard.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});
const reasonOf = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);

test('a call that returns brings its value, and a call that throws its error', async () => {
  const guard = new HangGuard();
  expect(await guard.run('local', '/a', 100, async () => 7)).toBe(7);
  expect(await reasonOf(guard.run('local', '/a', 100, () => Promise.reject(new Error('EIO'))))).toBe('EIO');
  expect(guard.hanging).toBe(0);
});

test('a call that hangs is given up at its deadline and not begun again until it returned', async () => {
  const guard = new HangGuard();
  let finish = (_: number) => {};
  const call = vi.fn(
    () =>
      new Promise<number>((resolve) => {
        finish = resolve;
      }),
  );
  const first = reasonOf(guard.run('network', '/nfs', 2_000, call));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await first).toBe('no answer within 2 s');
  expect(guard.hanging).toBe(1);
  expect(await reasonOf(guard.run('network', '/nfs', 2_000, call))).toBe('an earlier call still hangs');
  expect(call).toHaveBeenCalledTimes(1);
  finish(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(guard.hanging).toBe(0);
  expect(await guard.run('network', '/nfs', 2_000, async () => 2)).toBe(2);
});

test('hanging calls of one lane leave the other lane free, and never hold more than its slots', async () => {
  const guard = new HangGuard();
  const call = vi.fn(never);
  const results = ['/a', '/b', '/c'].map((path) => reasonOf(guard.run('network', path, 1_000, call)));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await Promise.all(results)).toEqual([
    'no answer within 1 s',
    'not asked within 1 s, since /a hangs',
    'not asked within 1 s, since /a hangs',
  ]);
  expect(call).toHaveBeenCalledTimes(LANE_SLOTS.network);
  expect(await guard.run('local', '/d', 1_000, async () => 1)).toBe(1);
});

test('more calls than slots are all made, one after the other', async () => {
  const guard = new HangGuard();
  const results = [1, 2, 3, 4, 5].map((value) => guard.run('local', `/${value}`, 1_000, async () => value));
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5]);
});
