import type { BacktestHorizon } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { daysOf, lastDays } from '../src/shared/backtest/backtest-request.ts';
import { compareHorizons } from '../src/shared/backtest/compare-horizons.ts';
import { stripPlace } from '../src/shared/backtest/strip-place.ts';

const horizon = (real: number, wrong: number): BacktestHorizon => ({
  ...{ horizonDays: 7, alarms: [], missed: 0, medianLeadHours: null },
  counts: { real, averted: 0, open: 0, false: wrong },
});

describe('two horizons', () => {
  it('are told by how many alarms the tried one has more or fewer, and how many of those are real', () => {
    expect(compareHorizons(horizon(4, 7), horizon(5, 9))).toMatchObject({ how: 'more', count: 3, real: 1 });
    expect(compareHorizons(horizon(5, 9), horizon(4, 7))).toMatchObject({ how: 'fewer', count: 3, real: 1 });
    expect(compareHorizons(horizon(4, 7), horizon(4, 9))).toMatchObject({ how: 'more', count: 2, real: 0 });
    expect(compareHorizons(horizon(4, 9), horizon(4, 7))).toEqual({
      ...{ how: 'fewer', count: 2, real: 0 },
      before: { count: 13, real: 4 },
    });
    expect(compareHorizons(horizon(4, 7), horizon(4, 7))).toMatchObject({ how: 'same', count: 11 });
  });

  it('are told in full where what is real does not follow the number of alarms', () => {
    const before = { count: 11, real: 4 };
    expect(compareHorizons(horizon(4, 7), horizon(6, 6))).toEqual({ how: 'other', count: 12, real: 6, before });
    expect(compareHorizons(horizon(4, 7), horizon(3, 9))).toEqual({ how: 'other', count: 12, real: 3, before });
    expect(compareHorizons(horizon(4, 7), horizon(5, 6))).toEqual({ how: 'other', count: 11, real: 5, before });
  });
});

describe('the range of a replay', () => {
  it('ends with the last whole hour, so that the same question is the same request within the hour', () => {
    const range = lastDays(90, Date.parse('2026-03-10T12:34:56Z'));
    expect(range).toEqual({ from: '2025-12-10T12:00:00.000Z', to: '2026-03-10T12:00:00.000Z' });
    expect(lastDays(90, Date.parse('2026-03-10T12:59:59Z'))).toEqual(range);
    expect(daysOf(range)).toBe(90);
  });

  it('has each moment at its place, and what lies outside at its border', () => {
    const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-11T00:00:00Z' };
    const places = ['2026-03-01T00:00:00Z', '2026-03-06T00:00:00Z', '2026-02-01T00:00:00Z', '2026-04-01T00:00:00Z'];
    expect(places.map((at) => stripPlace(at, range))).toEqual([0, 50, 0, 100]);
  });
});
