import { describe, expect, it } from 'vitest';
import { valueAxis } from '../src/features/store/value-axis.ts';
import { axisTicks, tickLabels } from '../src/shared/charts/axis-ticks.ts';

const GIB = 1024 ** 3;

describe('the axis of a panel', () => {
  it('begins at zero and ends above the limit when half of it is used', () => {
    const axis = valueAxis({ min: [40], max: [60], limit: [100] });
    expect(axis).toEqual({ low: 0, high: 112, cut: false, limitAbove: false });
  });

  it('is cut when everything shown is near its end, and says so', () => {
    const axis = valueAxis({ min: [90], max: [95], limit: [100] });
    // 100 − 90 = 10, of which 12 % are 1.2.
    expect(axis).toEqual({ low: 88.8, high: 101.2, cut: true, limitAbove: false });
  });

  it('leaves a far limit out, so that growth is seen', () => {
    const axis = valueAxis({ min: [10], max: [30], limit: [100] });
    expect(axis).toMatchObject({ low: 0, limitAbove: true });
    expect(axis?.high).toBeLessThan(40);
  });

  it('shows the whole way of a limit that came down to the line', () => {
    const axis = valueAxis({ min: [25, 29], max: [25, 29], limit: [57, 30] });
    expect(axis?.limitAbove).toBe(false);
    expect(axis?.high).toBeGreaterThan(57);
  });

  it('of a flat line is still an interval', () => {
    const axis = valueAxis({ min: [0], max: [0], limit: [null] });
    expect(axis).toEqual({ low: 0, high: 1, cut: false, limitAbove: false });
  });

  it('is null without a sample', () => {
    expect(valueAxis({ min: [null], max: [null], limit: [100] })).toBeNull();
    expect(valueAxis({ min: [], max: [], limit: [] })).toBeNull();
  });
});

describe('ticks', () => {
  it('are round in binary units', () => {
    expect(axisTicks(0, 835 * GIB, 'bytes', 5)).toEqual([0, 200, 400, 600, 800].map((gib) => gib * GIB));
    expect(axisTicks(0, 3, 'bytes', 5)).toEqual([0, 1, 2, 3]);
  });

  it('are round in tens for counts', () => {
    expect(axisTicks(270_000, 430_000, 'count', 5)).toEqual([300_000, 350_000, 400_000]);
  });

  it('stay within bounds for any interval', () => {
    for (const high of [1, 1023, 1025, 999_999, 5 * 1024 ** 4, 9e15]) {
      const ticks = axisTicks(high * 0.9, high, 'bytes', 5);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks.every((tick) => tick >= high * 0.9 && tick <= high)).toBe(true);
    }
  });

  it('are told apart by their labels, in one unit', () => {
    expect(tickLabels([0, 200 * GIB, 400 * GIB], 'bytes', 'en')).toEqual(['0', '200 GiB', '400 GiB']);
    expect(tickLabels([9.9 * GIB, 9.95 * GIB, 10 * GIB], 'bytes', 'en')).toEqual(['9.90 GiB', '9.95 GiB', '10.00 GiB']);
    expect(tickLabels([300_000, 350_000], 'count', 'en')).toEqual(['300K', '350K']);
    expect(tickLabels([300_000], 'count', 'zh-CN')).toEqual(['30万']);
  });
});
