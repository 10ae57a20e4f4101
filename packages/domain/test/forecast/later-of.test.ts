import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laterOf } from '../../src/forecast/clocks/later-of.ts';
import type { DaysLeft, Forecast } from '../../src/index.ts';

const forecast = (changes: Partial<Forecast>): Forecast => ({
  ...{
    verdict: 'filling',
    reason: 'trend',
    alarmFromDays: 7,
    alarm: true,
    since: 1,
    window: { from: 0, to: 9, points: 10 },
  },
  ...{ daysLeft: { p10: 4, p50: 5, p90: 7 }, slopePerDay: { low: 1, mid: 2, high: 3 } },
  ...changes,
});
const days = (p10: number, p50: number, p90: number | null): DaysLeft => ({ p10, p50, p90 });
const ROOM = forecast({});

describe('a kind of chunk runs out', () => {
  test('by the date of its room where its own chunks end before, and new ones can be made', () => {
    expect(laterOf(ROOM, forecast({ daysLeft: days(1, 2, 3), alarm: false, reason: 'runaway', since: 5 }))).toEqual(
      ROOM,
    );
    const full = forecast({ verdict: 'full', reason: 'at-capacity', daysLeft: days(0, 0, 0) });
    expect(laterOf(ROOM, full)).toEqual(ROOM);
  });

  test('by its own growth where what is free in its chunks lasts longer than what others take', () => {
    const own = forecast({ daysLeft: days(20, 30, null), alarm: false, reason: 'runaway', since: 5 });
    expect(laterOf(ROOM, own)).toEqual({
      ...ROOM,
      ...{ daysLeft: days(20, 30, null), alarm: false },
      ...{ reason: 'runaway', since: 5 },
    });
  });

  test('with each quantile the later of both', () => {
    expect(laterOf(ROOM, forecast({ daysLeft: days(2, 6, 6.5) })).daysLeft).toEqual(days(4, 6, 7));
  });

  test.each([
    ['steady', 'no-growth'],
    ['noisy', 'slopes-differ'],
  ] as const)('by no date where it is %s inside its chunks, however fast others take the rest', (verdict, reason) => {
    const own = forecast({ verdict, reason, daysLeft: null, alarm: false, since: null });
    const without = { daysLeft: null, alarmFromDays: null, alarm: false, since: null };
    expect(laterOf(ROOM, own)).toEqual({ ...ROOM, verdict, reason, ...without });
  });

  test('by the date of its room where too little is known of its chunks', () => {
    expect(laterOf(ROOM, forecast({ verdict: 'too-short', reason: 'few-days', daysLeft: null }))).toEqual(ROOM);
  });

  test('now, when there is no room at all', () => {
    const full = forecast({ verdict: 'full', reason: 'at-capacity', daysLeft: days(0, 0, 0) });
    expect(laterOf(full, forecast({ daysLeft: days(8, 9, 10) }))).toEqual(full);
  });
});

/** Free in its chunks, unallocated, growth of its own, and what others take of the unallocated, a day. */
const tanks = fc.tuple(
  fc.double({ min: 0, max: 1e3, noNaN: true }),
  fc.double({ min: 0, max: 1e3, noNaN: true }),
  fc.double({ min: 1e-2, max: 1e2, noNaN: true }),
  fc.double({ min: 0, max: 1e2, noNaN: true }),
);

test('the later of both dates is the true one, for any free, unallocated and growth', () => {
  fc.assert(
    fc.property(tanks, ([free, unallocated, own, others]) => {
      const untilUnallocatedGone = others === 0 ? Number.POSITIVE_INFINITY : unallocated / others;
      // Its own chunks are filled first, then what the others have left of the unallocated space.
      const ownEnd = free / own;
      const truth = ownEnd >= untilUnallocatedGone ? ownEnd : ownEnd + (unallocated - others * ownEnd) / (own + others);
      const room = (free + unallocated) / (own + others);
      expect(Math.abs(Math.max(room, ownEnd) - truth)).toBeLessThanOrEqual(1e-9 * Math.max(1, truth));
    }),
  );
});
