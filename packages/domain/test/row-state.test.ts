import { describe, expect, test } from 'vitest';
import { CURRENT_FORECAST_HOURS, isCurrentForecast, type SaidForecast, stateOfRow } from '../src/index.ts';

const said = (p50: number | null, change: Partial<SaidForecast> = {}): SaidForecast => ({
  ...{ verdict: p50 === null ? 'steady' : 'filling', alarm: p50 !== null },
  daysLeft: p50 === null ? null : { p10: p50 / 2, p50, p90: null },
  ...change,
});

describe('the state of a row', () => {
  test.each<[string, number | null, SaidForecast[], string]>([
    ['fill alone, where nothing was said', 0.9, [], 'warning'],
    ['the worse of a low fill and an alarm', 0.4, [said(5)], 'warning'],
    ['the worse of a low fill and an alarm of the next two days', 0.4, [said(2)], 'critical'],
    ['the worse of a high fill and no alarm', 0.96, [said(null)], 'critical'],
    ['of several clocks the worst', 0.4, [said(null), said(1), said(5)], 'critical'],
    ['fill alone, for a date without an alarm', 0.4, [said(1, { alarm: false })], 'ok'],
    ['critical, when it is full', 0.4, [said(0, { verdict: 'full', alarm: false })], 'critical'],
    ['unknown, where nothing was read and nothing is wrong', null, [said(null), said(9, { alarm: false })], 'unknown'],
    ['what is wrong, also where nothing was read', null, [said(5)], 'warning'],
  ])('is %s', (_, fill, forecasts, state) => {
    expect(stateOfRow(fill, forecasts)).toBe(state);
  });
});

test('a forecast is current for some hours, and so is one of a clock that is ahead', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const limit = now - CURRENT_FORECAST_HOURS * 3_600_000;
  expect([limit, limit - 1, now, now + 60_000].map((at) => isCurrentForecast(at, now))).toEqual([
    ...[true, false, true, true],
  ]);
});
