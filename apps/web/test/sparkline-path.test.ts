import type { DaysLeft } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { sparklinePath } from '../src/shared/charts/sparkline-path.ts';

/** The past has 14 of its 21 days: 130 px; the 7 ahead have 65. */
const BOX = { width: 195, height: 25 };
const sparkline = (days: (number | null)[], daysLeft: DaysLeft | null = null) => sparklinePath(days, BOX, daysLeft);

describe('a sparkline', () => {
  it('goes straight from day to day over the whole width', () => {
    // 3 days: steps of 65 px. Span .2 over 20 px (25 − 2 × 2.5): .1 is 10 px, the middle .5 is at 12.5.
    expect(sparkline([0.4, 0.5, 0.6])).toEqual({
      line: 'M0 22.5L65 12.5L130 2.5',
      holes: [],
      end: { x: 130, y: 2.5 },
      ahead: null,
    });
  });

  it('breaks at days without a sample and marks them from sample to sample', () => {
    const { line, holes } = sparkline([0.5, null, null, 0.5, 0.5]);
    expect(line).toBe('M0 12.5h0.1M97.5 12.5L130 12.5');
    expect(holes).toEqual([{ x: 0, width: 97.5 }]);
  });

  it('marks what is missing before the first sample and after the last', () => {
    const { holes, end } = sparkline([null, 0.5, 0.5, null, null]);
    expect(holes).toEqual([
      { x: 0, width: 32.5 },
      { x: 65, width: 65 },
    ]);
    expect(end).toEqual({ x: 65, y: 12.5 });
  });

  it('shows a lone day as a point', () => {
    expect(sparkline([null, 0.5, null]).line).toBe('M65 12.5h0.1');
  });

  it('of no sample at all has no line and no end', () => {
    expect(sparkline([null, null])).toEqual({ line: '', holes: [{ x: 0, width: 130 }], end: null, ahead: null });
    expect(sparkline([])).toEqual({ line: '', holes: [], end: null, ahead: null });
  });

  it('keeps a change of half a per cent flat', () => {
    const { line } = sparkline([0.5, 0.505]);
    // .005 of a span of .05 is a tenth of 20 px.
    expect(line).toBe('M0 13.5L130 11.5');
  });

  it('takes zero for a reading, not for a hole', () => {
    expect(sparkline([0, 0])).toMatchObject({ line: 'M0 12.5L130 12.5', holes: [] });
  });

  describe('with a date', () => {
    it('goes on straight to full, by p50, with the band of p10 and p90 that stops there', () => {
      // Full in 3.5 days: half of the 65 px ahead. Span .4 … 1 over 20 px: .7 is in the middle, .4 at 22.5, 1 at 2.5.
      expect(sparkline([0.4, 0.4], { p10: 1.4, p50: 3.5, p90: 7 }).ahead).toEqual({
        line: 'M130 22.5L162.5 2.5',
        band: 'M130 22.5L143 2.5H195V2.5Z',
        ceiling: 2.5,
      });
    });

    it('beyond the box ends at its border, without a ceiling', () => {
      // In 7 days a tenth of the room of .5 is used by p50, a fifth by p10: .55 and .6; p90 has no end and stays level.
      // Span .5 … .6: .5 at 22.5, .55 at 12.5, .6 at 2.5.
      expect(sparkline([0.5, 0.5], { p10: 35, p50: 70, p90: null }).ahead).toEqual({
        line: 'M130 22.5L195 12.5',
        band: 'M130 22.5L195 2.5H195V22.5Z',
        ceiling: null,
      });
    });

    it.each<[string, (number | null)[]]>([
      ['of which the last day was not read', [0.5, 0.5, null]],
      ['without a day', []],
      ['that is full', [0.9, 1]],
    ])('draws nothing ahead of a line %s', (_, days) => {
      expect(sparkline(days, { p10: 1, p50: 2, p90: 3 }).ahead).toBeNull();
    });
  });
});
