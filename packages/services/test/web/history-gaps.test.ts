import { describe, expect, it } from 'vitest';
import { historyGaps } from '../../src/web/history-gaps.ts';

const RANGE = { from: new Date('2026-11-21T12:00:00Z'), to: new Date('2026-11-21T13:00:00Z'), skewMilliseconds: 0 };
const gap = (firstTakenAt: string | null, lastTakenAt: string | null, from = 1) => ({
  ...{ from, to: from + 9, reason: 'spool-full' as const, firstTakenAt, lastTakenAt },
});

describe('gaps of a range', () => {
  it('are those that reach into it, in order of time, those without a time last', () => {
    const gaps = historyGaps(
      [
        gap(null, null),
        gap('2026-11-21T12:40:00Z', '2026-11-21T12:50:00Z'),
        gap('2026-11-21T11:00:00Z', '2026-11-21T11:59:59Z'),
        gap('2026-11-21T11:50:00Z', '2026-11-21T12:10:00Z'),
        gap('2026-11-21T13:00:01Z', '2026-11-21T13:10:00Z'),
      ],
      RANGE,
    );
    expect(gaps.map(({ from }) => from)).toEqual(['2026-11-21T11:50:00.000Z', '2026-11-21T12:40:00.000Z', null]);
  });

  it('count their records, both ends included', () => {
    expect(historyGaps([{ ...gap(null, null), from: 41, to: 800 }], RANGE)[0]?.records).toBe(760);
  });

  it('stand where the server’s clock was: the host’s time less its skew', () => {
    // A clock a day ahead.
    const rows = [gap('2026-11-22T12:10:00Z', '2026-11-22T12:20:00Z')];
    expect(historyGaps(rows, RANGE)).toEqual([]);
    expect(historyGaps(rows, { ...RANGE, skewMilliseconds: 86_400_000 })).toMatchObject([
      { from: '2026-11-21T12:10:00.000Z', to: '2026-11-21T12:20:00.000Z' },
    ]);
  });

  it('with one time known are a moment', () => {
    expect(historyGaps([gap(null, '2026-11-21T12:10:00Z')], RANGE)).toMatchObject([
      { from: '2026-11-21T12:10:00.000Z', to: '2026-11-21T12:10:00.000Z' },
    ]);
  });
});
