import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BeatSchedule, MAX_BEAT_MILLISECONDS, MIN_BEAT_MILLISECONDS, untilNextBeat } from '../src/beat-schedule.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  // anchor, beat, now, wait
  [0, 1_000, 0, 1_000],
  [0, 1_000, 1_003, 997],
  [0, 1_000, 5_999, 1],
  [250, 1_000, 2_250, 1_000],
])('with beats of %d + n × %d the one after %d is %d away', (anchor, beat, now, wait) => {
  expect(untilNextBeat(anchor, beat, now)).toBe(wait);
});

test('beats stay on their grid however long one takes', async () => {
  const times: number[] = [];
  const schedule = new BeatSchedule(1_000, async () => {
    times.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
  const began = performance.now();
  schedule.start();
  await vi.advanceTimersByTimeAsync(3_500);
  schedule.stop();
  expect(times.map((time) => time - began)).toEqual([1_000, 2_000, 3_000]);
});

test('a beat that takes longer than the interval is never joined by a second one', async () => {
  let running = 0;
  let most = 0;
  let beats = 0;
  const schedule = new BeatSchedule(1_000, async () => {
    running += 1;
    beats += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    running -= 1;
  });
  schedule.start();
  schedule.beatNow();
  await vi.advanceTimersByTimeAsync(10_000);
  schedule.stop();
  expect(most).toBe(1);
  // At 0, 3, 6 and 9 s.
  expect(beats).toBe(4);
});

test('a beat at once begins the grid anew', async () => {
  const times: number[] = [];
  const schedule = new BeatSchedule(1_000, async () => {
    times.push(performance.now());
  });
  const began = performance.now();
  schedule.start();
  await vi.advanceTimersByTimeAsync(400);
  schedule.beatNow();
  await vi.advanceTimersByTimeAsync(1_000);
  schedule.stop();
  expect(times.map((time) => time - began)).toEqual([400, 1_400]);
});

test.each([
  [1, MIN_BEAT_MILLISECONDS],
  [10 * MAX_BEAT_MILLISECONDS, MAX_BEAT_MILLISECONDS],
])('a server that asks for a beat of %d ms gets one of %d ms', async (asked, given) => {
  const beat = vi.fn(async () => {});
  const schedule = new BeatSchedule(5_000, beat);
  schedule.start();
  schedule.setInterval(asked);
  await vi.advanceTimersByTimeAsync(given - 1);
  expect(beat).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  schedule.stop();
  expect(beat).toHaveBeenCalledTimes(1);
});

test('after stop there is no beat', async () => {
  const beat = vi.fn(async () => {});
  const schedule = new BeatSchedule(1_000, beat);
  schedule.start();
  schedule.stop();
  schedule.beatNow();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(beat).not.toHaveBeenCalled();
});
