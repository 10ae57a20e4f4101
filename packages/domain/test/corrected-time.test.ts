import { expect, test } from 'vitest';
import { type ClockAnchor, correctedTime, MAX_AHEAD_MILLISECONDS } from '../src/corrected-time.ts';

const SECOND = 1_000;
const DAY = 86_400_000;
const NOW = Date.parse('2026-11-21T06:00:00Z');
/** Hello came a minute before NOW from a host up for an hour, whose clock was a day ahead. */
const ANCHOR: ClockAnchor = {
  bootId: 'boot-1',
  uptimeMilliseconds: 3_600 * SECOND,
  hostMilliseconds: NOW - 60 * SECOND + DAY,
  serverMilliseconds: NOW - 60 * SECOND,
};
const beat = (bootId: string, uptimeSeconds: number, takenMilliseconds: number) => ({
  bootId,
  uptimeMilliseconds: uptimeSeconds * SECOND,
  takenMilliseconds,
});

test('within the boot of hello uptime tells the time, whatever the clock of the host says', () => {
  for (const taken of [NOW + DAY, NOW, NOW - 365 * DAY]) {
    // 3650 s of uptime is 50 s after hello, which came 60 s before now.
    expect(correctedTime(ANCHOR, beat('boot-1', 3_650, taken), NOW)).toEqual({
      milliseconds: NOW - 10 * SECOND,
      corrected: true,
    });
  }
});

test('a beat from before hello lies before it', () => {
  expect(correctedTime(ANCHOR, beat('boot-1', 3_000, NOW), NOW).milliseconds).toBe(NOW - 660 * SECOND);
});

test('of another boot the offset at hello is taken off, and the time counts as not corrected', () => {
  expect(correctedTime(ANCHOR, beat('boot-0', 99, NOW + DAY - 7 * SECOND), NOW)).toEqual({
    milliseconds: NOW - 7 * SECOND,
    corrected: false,
  });
});

test('no time is further ahead than the limit, and one that is cut off counts as not corrected', () => {
  const latest = NOW + MAX_AHEAD_MILLISECONDS;
  const uptimeAtLatest = 3_600 + 60 + MAX_AHEAD_MILLISECONDS / SECOND;
  expect(correctedTime(ANCHOR, beat('boot-1', uptimeAtLatest, NOW), NOW)).toEqual({
    milliseconds: latest,
    corrected: true,
  });
  expect(correctedTime(ANCHOR, beat('boot-1', uptimeAtLatest + 1, NOW), NOW)).toEqual({
    milliseconds: latest,
    corrected: false,
  });
  expect(correctedTime(ANCHOR, beat('boot-0', 1, NOW + 400 * DAY), NOW).milliseconds).toBe(latest);
});
