import { describe, expect, test } from 'vitest';
import { fullOnStairs, stairsOf } from '../../src/forecast/stairs.ts';
import { forecast } from './past.ts';

/** What was read last in each hour, the youngest first, after steps so many hours ago. */
const grid = (hours: number, steps: readonly { ago: number; size: number }[]) => {
  const last = Float64Array.from({ length: hours }, (_, age) =>
    steps.reduce((level, { ago, size }) => (age <= ago ? level + size : level), 0.2),
  );
  return { high: last, last };
};
const even = (first: number, apart: number, count: number, size = 0.02) =>
  Array.from({ length: count }, (_, place) => ({ ago: first + place * apart, size }));

describe('stairs', () => {
  test('have their step, the time since the last, and how regular they come', () => {
    const stairs = stairsOf(grid(400, even(12, 48, 6)));
    expect(stairs?.step).toBeCloseTo(0.02);
    expect(stairs).toMatchObject({ since: 0.5, regularity: 1 });
    const uneven = [10, 12, 60, 61, 63, 180, 182].map((ago) => ({ ago, size: 0.02 }));
    expect(stairsOf(grid(400, uneven))?.regularity).toBe(0);
  });

  test('may take several steps at once', () => {
    const double = { ago: 108, size: 0.04 };
    expect(stairsOf(grid(400, [...even(12, 48, 2), double, ...even(156, 48, 2)]))?.step).toBeCloseTo(0.02);
  });

  test('begin anew after a fall', () => {
    const fall = { ago: 80, size: -0.05 };
    expect(stairsOf(grid(400, [...even(12, 48, 6), fall]))).toBeNull();
    expect(stairsOf(grid(400, [...even(12, 20, 8), fall]))).toMatchObject({ since: 0.5 });
  });

  test.each([
    ['few steps', grid(400, even(12, 48, 2))],
    [
      'steps of all sizes',
      grid(
        400,
        [0.02, 0.033, 0.027, 0.05].map((size, place) => ({ ago: 12 + 48 * place, size })),
      ),
    ],
    ['a rise in every hour', grid(400, even(0, 1, 399, 0.001))],
    ['nothing read', grid(0, [])],
  ])('are none: %s', (_, read) => {
    expect(stairsOf(read)).toBeNull();
  });
});

describe('full on stairs', () => {
  const everyTwoDays = { step: 0.04, since: 0.5, regularity: 1 };
  const line = (room: number) => ({ lineDays: room / 0.02, room, slope: 0.02 });

  test('is a whole step, as much sooner as the last is ago, and none of the unevenness is chance', () => {
    expect(fullOnStairs(everyTwoDays, line(0.08))).toEqual({ days: 3.5, spread: 0, chance: 0 });
  });

  test('lies between the part of a step that there is room for and a whole one, and is less sure', () => {
    const { days, spread } = fullOnStairs(everyTwoDays, line(0.06));
    expect(days).toBeGreaterThan(3 - 0.5);
    expect(days).toBeLessThan(4 - 0.5);
    expect(spread).toBeGreaterThan(0.1);
  });

  test('has as much chance as the line where steps come by chance, and nearly as much where many come in a day', () => {
    expect(fullOnStairs({ ...everyTwoDays, regularity: 0 }, line(0.08)).chance).toBe(1);
    const small = fullOnStairs({ ...everyTwoDays, step: 0.002 }, line(0.08));
    expect(small.chance).toBeCloseTo(0.9);
  });

  test('is never behind us', () => {
    expect(fullOnStairs({ ...everyTwoDays, since: 9 }, line(0.04)).days).toBeGreaterThan(0);
  });
});

test('chunks that come every three days: the last one comes sooner the longer the one before is ago', () => {
  // 0.04 each, the next one fills it.
  const daysLeft = (since: number): number => {
    const level = (day: number): number => 0.96 - 0.04 * Math.max(0, Math.ceil((-since - day) / 3));
    return forecast({ days: 28, level }).daysLeft?.p50 ?? Number.NaN;
  };
  for (const since of [0.5, 1, 1.5, 2]) {
    expect(daysLeft(since)).toBeGreaterThan(0.7 * (3 - since));
    expect(daysLeft(since)).toBeLessThan(1.5 * (3 - since));
  }
});

test('three chunks that come like a clock wake people in the second week, three that do not leave it open', () => {
  // 0.06 each, room for one.
  const after = (ago: readonly number[]) =>
    forecast({ days: 9, level: (day) => 0.94 - 0.06 * ago.filter((days) => day < -days).length });
  expect(after([1.5, 4, 6.5]).alarm).toBe(true);
  expect(after([1.5, 2, 6.5]).alarm).toBe(false);
});

test('a few large chunks that come like a clock wake people: days without one are no reason to doubt', () => {
  // 0.07 each four and a half days, the last one two and a half days ago, room for one.
  const level = (day: number): number => 0.93 - 0.07 * Math.max(0, Math.ceil((-2.5 - day) / 4.5));
  const told = forecast({ days: 23, level });
  expect(told.alarm).toBe(true);
  expect(told.daysLeft?.p10).toBeLessThan(2);
  expect(told.daysLeft?.p90).toBeGreaterThan(2);
});
