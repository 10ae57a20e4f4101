import { expect, test } from 'vitest';
import { DAY, forecast, type Level, NOW } from './past.ts';

/** From 0.3, so many hours ago, to full: so many hours for all of it. */
const evenRise =
  (lasted: number, whole: number): Level =>
  (day) =>
    0.3 + (0.7 * Math.max(0, day * 24 + lasted)) / whole;

test('a runaway within hours is told while there is time, from its onset', () => {
  const level: Level = (day) => (day < -0.3 ? 0.3 : 0.3 + 1.4 * (day + 0.3));
  const { verdict, reason, daysLeft, since, alarm } = forecast({ days: 20, level });
  expect({ verdict, reason, alarm }).toEqual({ verdict: 'filling', reason: 'runaway', alarm: true });
  // 0.28 left at 1.4 a day.
  expect(daysLeft?.p50).toBeCloseTo(0.2, 1);
  expect(since).toBeGreaterThan(NOW - 0.4 * DAY);
});

test('a runaway of eight hours is told with half of them left, one of less than 0.04 of the capacity is not', () => {
  const since = 3.8;
  const from =
    (start: number): Level =>
    (day) =>
      start + ((1 - start) * Math.max(0, day * 24 + since)) / 8;
  expect(forecast({ days: 10, level: from(0.4) })).toMatchObject({ reason: 'runaway', alarm: true });
  expect(forecast({ days: 10, level: from(0.92) })).toMatchObject({ alarm: false });
});

test('its date goes by its last three quarters, not by the last hours alone', () => {
  // For 20 hours, faster in the last 6: 0.404 are left, 11.2 hours by these, 13.2 by the last 9 of 12.
  const level: Level = (day) => {
    const hours = Math.max(0, day * 24 + 20);
    return 0.1 + 0.02 * Math.min(hours, 14) + 0.036 * Math.max(0, hours - 14);
  };
  const { reason, daysLeft } = forecast({ days: 12, level });
  expect(reason).toBe('runaway');
  expect((daysLeft?.p50 ?? 0) * 24).toBeCloseTo(13.2, 0);
});

test('its band is as wide as it is uneven', () => {
  const widthOf = (level: Level): number => {
    const { reason, daysLeft } = forecast({ days: 12, level });
    expect(reason).toBe('runaway');
    return (daysLeft?.p90 ?? Number.NaN) / (daysLeft?.p10 ?? Number.NaN);
  };
  const even = widthOf((day) => 0.1 + 0.026 * Math.max(0, day * 24 + 20));
  // Faster and slower, in waves of six hours.
  const waves = (hours: number): number => 0.6 * Math.sin((2 * Math.PI * hours) / 6);
  const uneven = widthOf((day) => 0.1 + 0.026 * (Math.max(0, day * 24 + 20) + waves(Math.max(0, day * 24 + 20))));
  expect(even).toBeCloseTo(Math.exp(2 * 1.2816 * 0.07), 1);
  expect(uneven).toBeGreaterThan(1.2 * even);
});

test('a rise of a few hours may be a copy: it is told once it has taken more than half and would be full within two', () => {
  // 0.52 and 0.47 taken, 2.2 and 1.7 hours left.
  expect(forecast({ days: 10, level: evenRise(2.4, 4.6) }).alarm).toBe(false);
  expect(forecast({ days: 10, level: evenRise(1.5, 3.2) }).alarm).toBe(false);
  expect(forecast({ days: 10, level: evenRise(2, 3.4) })).toMatchObject({ reason: 'runaway', alarm: true });
});

test.each([5, 6.6, 7.8, 11, 14])(
  'a rise of %d hours is told once it has taken 0.43 of the room before it',
  (lasted) => {
    expect(forecast({ days: 10, level: evenRise(lasted, lasted / 0.41) }).alarm).toBe(false);
    expect(forecast({ days: 10, level: evenRise(lasted, lasted / 0.46) })).toMatchObject({
      reason: 'runaway',
      alarm: true,
    });
  },
);

test('one that slows down in its last quarter is none', () => {
  const level: Level = (day) => {
    const hours = Math.max(0, day * 24 + 6);
    return 0.3 + 0.06 * Math.min(hours, 4.5) + 0.042 * Math.max(0, hours - 4.5);
  };
  expect(forecast({ days: 10, level }).alarm).toBe(false);
  expect(forecast({ days: 10, level: (day) => 0.3 + 0.06 * Math.max(0, day * 24 + 6) })).toMatchObject({
    alarm: true,
  });
});

test('what was given back within the hour is no runaway', () => {
  const rising = (day: number): number => 0.4 + 1.2 * Math.max(0, day + 0.25);
  const level =
    (back: number): Level =>
    (day) =>
      rising(day) - (day > -0.02 ? back : 0);
  expect(forecast({ days: 10, level: level(0) })).toMatchObject({ reason: 'runaway', alarm: true });
  expect(forecast({ days: 10, level: level(0.25) }).reason).not.toBe('runaway');
});

test('a rise that has slowed down is no runaway', () => {
  const level =
    (lastRate: number): Level =>
    (day) => {
      const hours = Math.max(0, day * 24 + 7);
      return 0.4 + 0.05 * Math.min(hours, 5) + lastRate * Math.max(0, hours - 5);
    };
  expect(forecast({ days: 10, level: level(0.05) })).toMatchObject({ reason: 'runaway', alarm: true });
  expect(forecast({ days: 10, level: level(0.02) }).reason).not.toBe('runaway');
});

test('one of bursts that differ is no runaway while it is not far beyond them', () => {
  const burst = (day: number, start: number, height: number) => (day >= start && day < start + 0.3 ? height : 0);
  const level =
    (before: number): Level =>
    (day) =>
      0.3 + burst(day, -12, before) + burst(day, -6, before * 0.8) + 0.45 * Math.max(0, day + 0.2) * 5;
  expect(forecast({ days: 20, level: level(0) })).toMatchObject({ reason: 'runaway', alarm: true });
  expect(forecast({ days: 20, level: level(0.28) }).reason).not.toBe('runaway');
});

test('nor is one of which slower bursts had a third in as many hours', () => {
  const burst = (day: number): number => (day < -9.5 ? 0.32 * Math.min(1, Math.max(0, (day + 10) * 3)) : 0);
  const level =
    (before: number): Level =>
    (day) =>
      0.3 + before * burst(day) + 2.25 * Math.max(0, day + 0.2);
  expect(forecast({ days: 20, level: level(0) })).toMatchObject({ reason: 'runaway', alarm: true });
  expect(forecast({ days: 20, level: level(1) }).reason).not.toBe('runaway');
});

test('a rise that daily ones are like is no runaway', () => {
  const level: Level = (day) => 0.3 + 0.6 * ((((day + 20) % 1) + 1) % 1);
  expect(forecast({ days: 20.8, level }).reason).toBe('comes-back');
});
