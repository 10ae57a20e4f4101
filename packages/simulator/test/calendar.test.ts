import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MILLISECONDS, isWorkday, workdaysBefore } from '../src/calendar.ts';

test('a workday is Monday to Friday in UTC', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), (day) => {
      const weekday = new Date(day * DAY_MILLISECONDS).getUTCDay();
      expect(isWorkday(day)).toBe(weekday >= 1 && weekday <= 5);
    }),
  );
});

test('workdays before a day rise by one after each workday and else not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), (day) => {
      expect(workdaysBefore(day + 1) - workdaysBefore(day)).toBe(isWorkday(day) ? 1 : 0);
    }),
  );
});
