import { describe, expect, test } from 'vitest';
import { forecast, type Level, leak, noise } from './past.ts';

/** What it needs for some hours and gives back: from so many days before now on. */
const burst =
  (from: number, hours: number, share: number): Level =>
  (day) =>
    day >= from && day < from + hours / 24 ? share : 0;

const both =
  (one: Level, other: Level): Level =>
  (day) =>
    one(day) + other(day) + 0.001 * noise(day);

/** What a clean-up so many days ago took away. */
const cleaned =
  (ago: number, share: number): Level =>
  (day) =>
    day > -ago ? 0 : share;

test.each([1.2, 1.7, 2.3])(
  'a burst of %s days ago that nearly filled it is no coming back of the leak below',
  (ago) => {
    const { reason, daysLeft } = forecast({ days: 30, level: both(leak(2, 0.01), burst(-ago, 2, 0.015 + 0.01 * ago)) });
    expect(reason).toBe('trend');
    expect(daysLeft?.p50).toBeGreaterThan(1.4);
    expect(daysLeft?.p50).toBeLessThan(2.6);
  },
);

test.each([3, 10, 20])('a burst of %s hours ago brings the date no nearer, since no other day had one', (hours) => {
  const { daysLeft } = forecast({ days: 30, level: both(leak(4, 0.01), burst(-hours / 24, 2, 0.037)) });
  expect(daysLeft?.p50).toBeGreaterThan(2.7);
  expect(daysLeft?.p50).toBeLessThan(5);
});

test('what has a burst each day is full at the top of one', () => {
  const bursts: Level = (day) => ((day + 100) % 1 > 0.5 && (day + 100) % 1 < 0.6 ? 0.03 : 0);
  const { daysLeft } = forecast({ days: 30, level: both(leak(6, 0.01), bursts) });
  expect(daysLeft?.p50).toBeGreaterThan(2.4);
  expect(daysLeft?.p50).toBeLessThan(4);
});

test.each([0.02, 0.03, 0.04])(
  'a clean-up of %s, little of a long rise, is no coming back, and the days to come have none',
  (share) => {
    for (const ago of [2.25, 3.25, 6]) {
      const { reason, daysLeft } = forecast({ days: 30, level: both(leak(2.5, 0.01), cleaned(ago, share)) });
      expect(reason).toBe('trend');
      expect(daysLeft?.p50).toBeGreaterThan(2.1);
      expect(daysLeft?.p50).toBeLessThan(2.9);
    }
  },
);

describe('what was cleaned up once, by two fifths', () => {
  const once = (left: number) => forecast({ days: 24, level: both(leak(left, 0.015), cleaned(16, 0.2)) });

  test('has a date, and wakes nobody before it goes beyond what it was then', () => {
    const { daysLeft, alarmFromDays } = once(8);
    expect(daysLeft?.p50).toBeGreaterThan(6);
    expect(daysLeft?.p50).toBeLessThan(10);
    expect(alarmFromDays).toBeNull();
  });

  test('wakes people once half is gone of what was left then', () => {
    // Before, it had come to 0.915 and 0.93; half of what was left lies at 0.9575 and 0.965, and now it is at 0.955 and 0.97.
    expect(once(3).alarm).toBe(false);
    expect(once(2).alarm).toBe(true);
  });
});

test.each([2, 2.25, 2.5, 2.75, 3, 3.25])(
  'what rises beyond its daily wave for days has a date: %s days before full',
  (left) => {
    const wave: Level = (day) => 0.018 * Math.sin(2 * Math.PI * day);
    const level: Level = (day) => 0.982 - 0.019 * Math.min(left - day, 9);
    const { reason, daysLeft } = forecast({ days: 28, level: both(level, wave) });
    expect(reason).toBe('trend');
    expect(daysLeft?.p50).toBeGreaterThan(0.5 * left);
    expect(daysLeft?.p50).toBeLessThan(2 * left);
  },
);

test('a leak of some days that slows down on its last one still wakes people', () => {
  const risen: Level = (day) => 0.075 * Math.min(Math.max(0, day + 5), 3.4) + 0.045 * Math.max(0, day + 1.6);
  const { alarm, daysLeft } = forecast({
    days: 20,
    level: both(
      (day) => 0.945 - risen(0) + risen(day),
      () => 0,
    ),
  });
  expect(daysLeft?.p50).toBeLessThan(1.5);
  expect(alarm).toBe(true);
});

test('a step between small clean-ups raises no floors', () => {
  const falls = [18.6, 11.6, 2.1];
  const small: Level = (day) => -falls.reduce((sum, ago) => sum + (day > -ago && day < -ago + 0.3 ? 0.025 : 0), 0);
  const { verdict, alarm } = forecast({ days: 24, level: both((day) => (day > -9 ? 0.95 : 0.67), small) });
  expect({ verdict, alarm }).toEqual({ verdict: 'steady', alarm: false });
});

test.each([6, 8])('a day and a half that was not read, up to %s hours ago, silences no alarm', (hours) => {
  const isRead = (day: number): boolean => day > -hours / 24 || day < -hours / 24 - 1.5;
  const { alarm, daysLeft } = forecast({ days: 30, level: both(leak(2, 0.015), () => 0), isRead });
  expect(daysLeft?.p50).toBeLessThan(2.6);
  expect(alarm).toBe(true);
});
