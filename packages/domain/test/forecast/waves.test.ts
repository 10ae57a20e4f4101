import { describe, expect, test } from 'vitest';
import { forecast, type Level, noise } from './past.ts';

/** Each day by 0.025 up and down. */
const wave: Level = (day) => 0.025 * Math.sin(2 * Math.PI * day);
/** Full with the wave's top after so many days; a week ago it was half as fast. */
const speedingUp =
  (left: number): Level =>
  (day) =>
    0.975 - 0.4 * (1 - Math.exp((day - left) / 10));

describe('growth under the waves of days', () => {
  test.each([4, 3, 2])('that speeds up has the date of the days without them, %i days before', (left) => {
    const told = forecast({ days: 24, level: (day) => speedingUp(left)(day) + wave(day) });
    expect(told.reason).toBe('rising-floors');
    expect(Math.abs((told.daysLeft?.p50 as number) - left)).toBeLessThan(0.45 * left);
  });

  test('that speeds up wakes people two days before', () => {
    expect(forecast({ days: 24, level: (day) => speedingUp(2)(day) + wave(day) }).alarm).toBe(true);
  });

  test('that is even has nearly the date of the line through its tops', () => {
    const told = forecast({ days: 24, level: (day) => 0.975 - 0.02 * (4 - day) + wave(day) });
    expect(Math.abs((told.daysLeft?.p50 as number) - 4)).toBeLessThan(0.8);
  });

  test('that is none wakes nobody', () => {
    for (const phase of [0, 0.25, 0.5, 0.75]) {
      expect(forecast({ days: 24, level: (day) => 0.95 + wave(day + phase) })).toMatchObject({
        verdict: 'steady',
        alarm: false,
      });
    }
  });
});

describe('teeth of a day that differ', () => {
  /** Each day it rises by 0.15 more or less and is pruned; below it grows by 0.015 a day. */
  const saw =
    (differ: number): Level =>
    (day) =>
      0.82 + 0.015 * day + (0.15 + differ * noise(Math.floor(day))) * (day - Math.floor(day));
  const told = (differ: number) => forecast({ days: 24, level: saw(differ) });

  test('have a wider band than those that are alike', () => {
    const width = ({ daysLeft }: ReturnType<typeof told>): number =>
      (daysLeft?.p90 as number) / (daysLeft?.p10 as number);
    expect(told(0).reason).toBe('rising-floors');
    expect(width(told(0.03))).toBeGreaterThan(1.25 * width(told(0)));
  });

  test('wake people no later for that', () => {
    expect([told(0), told(0.03)].map(({ alarm }) => alarm)).toEqual([true, true]);
  });
});
