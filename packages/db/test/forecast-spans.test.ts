import { expect, test } from 'vitest';
import { carriedDays, daysSaid, type LastForecast, spanStep } from '../src/forecast/forecast-spans.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const HOUR = 3_600_000;
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);
const FILLING = { verdict: 'filling', reason: 'trend', alarm: false } as const;
const STEADY = { verdict: 'steady', reason: 'no-growth', alarm: false } as const;
const days = (p50: number) => ({ p10: p50 / 2, p50, p90: p50 * 2 });

const filling = (hours: number, p50: number): LastForecast => ({
  ...FILLING,
  ...{ madeAt: hoursAgo(hours), horizonDays: 7, daysLeft: days(p50) },
});
const steady = (hours: number): LastForecast => ({
  ...STEADY,
  madeAt: hoursAgo(hours),
  horizonDays: 7,
  daysLeft: null,
});

test.each([
  ['the first of all', null, { ...STEADY, daysLeft: null }, 'other'],
  ['the same', steady(6 * 24), { ...STEADY, daysLeft: null }, 'same'],
  ['the same for a week', steady(7 * 24), { ...STEADY, daysLeft: null }, 'aged'],
  ['another verdict', steady(1), { ...FILLING, daysLeft: days(20) }, 'other'],
  ['another reason', steady(1), { ...STEADY, reason: 'one-step', daysLeft: null }, 'other'],
  ['an alarm', filling(1, 5), { ...FILLING, alarm: true, daysLeft: days(5) }, 'other'],
  // 20 days then, 12 hours ago: 19.5 left.
  ['the same date', filling(12, 20), { ...FILLING, daysLeft: days(19.5) }, 'same'],
  ['the same date for a day', filling(24, 20), { ...FILLING, daysLeft: days(19) }, 'aged'],
  // 4 days left would be a day less than 5: 20 %.
  ['a date that moved a little', filling(0, 5), { ...FILLING, daysLeft: days(4) }, 'same'],
  // 3 days: two off, of three left.
  ['a date that moved much', filling(0, 5), { ...FILLING, daysLeft: days(3) }, 'other'],
  ['a date that stays away', filling(20, 1), { ...FILLING, daysLeft: days(1) }, 'other'],
  ['minutes of a last hour', filling(0, 0.02), { ...FILLING, daysLeft: days(0.01) }, 'same'],
  [
    'full for days',
    { ...filling(48, 0), verdict: 'full', reason: 'at-capacity' },
    { verdict: 'full', reason: 'at-capacity', alarm: false, daysLeft: { p10: 0, p50: 0, p90: 0 } },
    'same',
  ],
] as const)('%s', (_name, last, next, step) => {
  expect(spanStep(last, next, { now: NOW, horizonDays: 7 })).toBe(step);
});

test('another horizon begins a new row: the alarm is meant by it', () => {
  expect(spanStep(steady(1), { ...STEADY, daysLeft: null }, { now: NOW, horizonDays: 14 })).toBe('other');
});

test('a date that was said stays: the days to it become fewer, and none is below zero', () => {
  expect(carriedDays({ ...filling(36, 5), daysLeft: { p10: 1, p50: 5, p90: null } }, NOW)).toEqual({
    ...{ p10: 0, p50: 3.5, p90: null },
  });
  expect(carriedDays(steady(5), NOW)).toBeNull();
});

test('what pages say stays with the row that goes on, and is the new one’s where one begins', () => {
  const at = { now: NOW, horizonDays: 7 };
  const next = (p50: number) => ({ ...FILLING, daysLeft: days(p50) });
  expect(daysSaid(filling(12, 20), next(18), at)?.p50).toBe(19.5);
  expect(daysSaid(filling(12, 20), next(9), at)).toEqual(days(9));
  expect(daysSaid(null, next(9), at)).toEqual(days(9));
});
