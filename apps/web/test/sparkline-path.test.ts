import { describe, expect, it } from 'vitest';
import { sparklinePath } from '../src/shared/charts/sparkline-path.ts';

const BOX = { width: 130, height: 25 };

describe('a sparkline', () => {
  it('goes straight from day to day over the whole width', () => {
    // 3 days: steps of 65 px. Span .2 over 20 px (25 − 2 × 2.5): .1 is 10 px, the middle .5 is at 12.5.
    expect(sparklinePath([0.4, 0.5, 0.6], BOX)).toEqual({
      line: 'M0 22.5L65 12.5L130 2.5',
      holes: [],
      end: { x: 130, y: 2.5 },
    });
  });

  it('breaks at days without a sample and marks them from sample to sample', () => {
    const { line, holes } = sparklinePath([0.5, null, null, 0.5, 0.5], BOX);
    expect(line).toBe('M0 12.5h0.1M97.5 12.5L130 12.5');
    expect(holes).toEqual([{ x: 0, width: 97.5 }]);
  });

  it('marks what is missing before the first sample and after the last', () => {
    const { holes, end } = sparklinePath([null, 0.5, 0.5, null, null], BOX);
    expect(holes).toEqual([
      { x: 0, width: 32.5 },
      { x: 65, width: 65 },
    ]);
    expect(end).toEqual({ x: 65, y: 12.5 });
  });

  it('shows a lone day as a point', () => {
    expect(sparklinePath([null, 0.5, null], BOX).line).toBe('M65 12.5h0.1');
  });

  it('of no sample at all has no line and no end', () => {
    expect(sparklinePath([null, null], BOX)).toEqual({ line: '', holes: [{ x: 0, width: 130 }], end: null });
    expect(sparklinePath([], BOX)).toEqual({ line: '', holes: [], end: null });
  });

  it('keeps a change of half a per cent flat', () => {
    const { line } = sparklinePath([0.5, 0.505], BOX);
    // .005 of a span of .05 is a tenth of 20 px.
    expect(line).toBe('M0 13.5L130 11.5');
  });

  it('takes zero for a reading, not for a hole', () => {
    expect(sparklinePath([0, 0], BOX)).toMatchObject({ line: 'M0 12.5L130 12.5', holes: [] });
  });
});
