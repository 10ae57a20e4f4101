import { expect, test } from 'vitest';
import { STEPS_A_DAY, STEPS_AN_HOUR } from '../src/calendar.ts';
import {
  accelerating,
  bursts,
  jump,
  levellingOff,
  linear,
  nightlyPrune,
  type Process,
  reaching,
  rotation,
  wander,
  workdayRuns,
  workingHours,
} from '../src/processes.ts';

/** 2026-03-02 00:00 UTC, a Monday. */
const MONDAY = (Date.UTC(2026, 2, 2) / 86_400_000) * STEPS_A_DAY;
const WEEK = 7 * STEPS_A_DAY;
const day = (days: number): number => MONDAY + days * STEPS_A_DAY;
const course = (process: Process, from: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => process(from + step));

test('leftovers of workdays rise from Monday to Friday and rest at the weekend', () => {
  const runs = workdayRuns({ from: MONDAY, perRun: 2, runsADay: 10 });
  // 10 runs of 2 a day.
  expect([0, 1, 2, 5, 6, 7, 8].map((days) => runs(day(days)))).toEqual([0, 20, 40, 100, 100, 100, 120]);
  const week = course(runs, MONDAY, WEEK);
  expect(week.every((value, step) => step === 0 || value >= (week[step - 1] ?? 0))).toBe(true);
});

test('a prune empties at its hour what the day has filled', () => {
  const pruned = nightlyPrune({ perDay: 100, hour: 3, key: 1 });
  const at = day(1) + 3 * STEPS_AN_HOUR;
  expect(pruned(at - 1)).toBeGreaterThan(75);
  expect(pruned(at)).toBe(0);
});

test('a rotation starts anew after its days, whatever its phase', () => {
  const values = course(rotation({ perDay: 10, everyDays: 7, key: 9 }), MONDAY, 2 * WEEK);
  expect(values.filter((value) => value === 0)).toHaveLength(2);
  expect(Math.max(...values)).toBeCloseTo(70, 0);
});

test('working hours are high on a workday, low at night and at the weekend', () => {
  const load = workingHours({ amount: 100, key: 4 });
  const noon = 14 * STEPS_AN_HOUR;
  expect(load(MONDAY + noon)).toBeGreaterThan(65);
  expect(load(MONDAY + 2 * STEPS_AN_HOUR)).toBe(0);
  expect(load(day(5) + noon)).toBeLessThan(16);
});

test('a burst comes on some days, reaches its amount and is gone again', () => {
  const values = course(bursts({ amount: 100, chance: 0.3, key: 12 }), MONDAY, 10 * WEEK);
  expect(Math.max(...values)).toBeGreaterThan(90);
  expect(values.filter((value) => value === 0).length).toBeGreaterThan(values.length / 2);
});

test('growth without season keeps to its sums', () => {
  expect(linear({ from: MONDAY, perDay: 5 })(day(3))).toBe(15);
  expect(linear({ from: MONDAY, perDay: 5 })(day(-3))).toBe(0);
  expect(accelerating({ from: MONDAY, amount: 90, days: 3 })(day(6))).toBe(360);
  expect(levellingOff({ from: MONDAY, amount: 100, days: 2 })(day(60))).toBeCloseTo(100);
  expect(jump({ at: MONDAY, amount: 8, hours: 2 })(MONDAY + STEPS_AN_HOUR)).toBe(4);
  expect(jump({ at: MONDAY, amount: 8, hours: 2 })(day(5))).toBe(8);
  expect(reaching(linear({ from: MONDAY, perDay: 5 }), day(4), 200)(day(2))).toBe(100);
});

test('wandering stays within its amount and makes no jumps', () => {
  const values = course(wander({ amount: 100, hours: 5, key: 7 }), MONDAY, 4 * WEEK);
  const leaps = values.slice(1).map((value, step) => Math.abs(value - (values[step] ?? 0)));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(100);
  // At most 1.5 times the steepest straight line over 60 steps.
  expect(Math.max(...leaps)).toBeLessThanOrEqual(2.5);
});
