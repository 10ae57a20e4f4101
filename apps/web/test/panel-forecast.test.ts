import type { ForecastView } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import type { HistoryColumns } from '../src/features/store/history-columns.ts';
import {
  bandOutline,
  forecastEnd,
  forecastReach,
  panelForecast,
  valueOn,
} from '../src/features/store/panel-forecast.ts';
import { valueAxis } from '../src/features/store/value-axis.ts';

const DAY = 86_400;
const NOW = Date.parse('2026-05-14T00:00:00Z') / 1_000;

const columns = (last: (number | null)[], limit: number): HistoryColumns => ({
  unit: 'bytes',
  times: last.map((_, row) => NOW - (last.length - 1 - row) * DAY),
  last,
  min: last,
  max: last,
  limit: last.map(() => limit),
  holes: [],
  lost: [],
  lone: [],
});

const forecast = (change: Partial<ForecastView> = {}): ForecastView => ({
  clock: 'space',
  stops: true,
  unit: 'bytes',
  verdict: 'filling',
  reason: 'trend',
  alarm: true,
  horizonDays: 7,
  daysLeft: { p10: 2, p50: 4, p90: 8 },
  slopePerDay: { low: 5, mid: 10, high: 20 },
  used: 60,
  capacity: 100,
  since: null,
  window: null,
  madeAt: new Date(NOW * 1_000).toISOString(),
  confirmedAt: new Date(NOW * 1_000).toISOString(),
  ...change,
});

const drawn = (change: Partial<ForecastView> = {}, last: (number | null)[] = [20, 40, 60], limit = 100) => {
  const made = panelForecast(forecast(change), columns(last, limit));
  if (!made) throw new Error('nothing to draw');
  return made;
};

describe('the band of a forecast', () => {
  it('begins at the last sample and meets the limit at p10, p50 and p90', () => {
    const made = drawn();
    expect(made.start).toEqual({ at: NOW, value: 60 });
    expect([2, 4, 8].map((days) => valueOn(made, NOW + days * DAY, NOW + days * DAY))).toEqual([100, 100, 100]);
    expect(bandOutline(made, NOW + 10 * DAY)).toEqual([
      { at: NOW, value: 60 },
      { at: NOW + 2 * DAY, value: 100 },
      { at: NOW + 8 * DAY, value: 100 },
      { at: NOW + 8 * DAY, value: 100 },
    ]);
  });

  it('is cut where the chart ends', () => {
    // 40 to go in 8 days: 5 a day, after a day at 65; in 2 days: 20 a day, at 80.
    expect(bandOutline(drawn(), NOW + DAY)).toEqual([
      { at: NOW, value: 60 },
      { at: NOW + DAY, value: 80 },
      { at: NOW + DAY, value: 80 },
      { at: NOW + DAY, value: 65 },
    ]);
  });

  it('stays open where there is no p90: its lower edge goes on with the lowest slope', () => {
    const outline = bandOutline(drawn({ daysLeft: { p10: 2, p50: 4, p90: null } }), NOW + 4 * DAY);
    expect(outline.at(-2)).toEqual({ at: NOW + 4 * DAY, value: 100 });
    expect(outline.at(-1)?.value).toBeCloseTo(60 + 4 * 5);
  });

  it('falls to zero where the limit is zero', () => {
    const made = drawn({ clock: 'btrfsUnallocated', stops: false }, [60, 50, 40], 0);
    expect(valueOn(made, NOW + 4 * DAY, NOW + 2 * DAY)).toBe(20);
    expect(valueOn(made, NOW + 4 * DAY, NOW + 5 * DAY)).toBe(0);
    const open = drawn({ clock: 'btrfsUnallocated', daysLeft: { p10: 2, p50: 4, p90: null } }, [60, 50, 40], 0);
    expect(valueOn(open, null, NOW + 2 * DAY)).toBeCloseTo(30);
  });

  it('begins where the last sample is, also behind a hole', () => {
    expect(drawn({}, [20, 40, null]).start).toEqual({ at: NOW - DAY, value: 40 });
  });

  it('is not drawn without a date, without a limit, when full, or when nothing was read', () => {
    expect(bandOutline(drawn({ verdict: 'steady', daysLeft: null }), NOW + DAY)).toEqual([]);
    expect(bandOutline(drawn({ verdict: 'full', daysLeft: { p10: 0, p50: 0, p90: 0 } }), NOW + DAY)).toEqual([]);
    expect(bandOutline(drawn({ clock: 'btrfsMetadata' }), NOW + DAY)).toEqual([]);
    expect(drawn({ clock: 'btrfsMetadata' }).dates).not.toBeNull();
    expect(panelForecast(forecast(), columns([null, null], 100))).toBeNull();
  });
});

describe('a chart with a forecast', () => {
  const range = { from: NOW - 10 * DAY, to: NOW };
  const after = (days: number, p90: number | null = days + 1) => ({
    p50: NOW + days * DAY,
    p90: p90 === null ? null : NOW + p90 * DAY,
  });

  it('ends at now without a date to come', () => {
    expect(forecastEnd([], range)).toBe(NOW);
    expect(forecastEnd([null, after(-1)], range)).toBe(NOW);
  });

  it('reaches to the last date that lies within as much again, and never further', () => {
    const end = forecastEnd([after(2), after(4), after(200)], range);
    expect(end).toBeGreaterThan(NOW + 5 * DAY);
    expect(end).toBeLessThan(NOW + 6 * DAY);
    expect(forecastEnd([after(9, 30)], range)).toBe(NOW + 10 * DAY);
    expect(forecastEnd([after(4, null)], range)).toBe(NOW + 10 * DAY);
  });

  it('shows a quarter more where all dates are further away', () => {
    expect(forecastEnd([after(200)], range)).toBe(NOW + 2.5 * DAY);
  });

  it('has room on its axis for where the forecast goes', () => {
    const measured = columns([20, 22, 24], 100);
    expect(valueAxis(measured)?.limitAbove).toBe(true);
    const ahead = panelForecast(forecast(), measured);
    expect(valueAxis(measured, forecastReach(ahead, NOW + 10 * DAY))).toMatchObject({ limitAbove: false });
    expect(valueAxis(measured, forecastReach(null, NOW))?.limitAbove).toBe(true);
  });
});
