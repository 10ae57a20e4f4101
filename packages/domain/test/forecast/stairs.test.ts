import { describe, expect, test } from 'vitest';
import { stairsOf } from '../../src/forecast/stairs.ts';
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
    const fall = { ago: 130, size: -0.05 };
    expect(stairsOf(grid(400, [...even(12, 48, 6), fall]))).toBeNull();
    expect(stairsOf(grid(400, [...even(12, 20, 8), fall]))).toMatchObject({ since: 0.5 });
  });

  test.each([
    ['few steps', grid(400, even(12, 48, 3))],
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
