import { expect, test } from 'vitest';
import { isAlarmHeld } from '../../src/index.ts';

const date = (p50: number) => ({ p10: p50 / 2, p50, p90: null });

test.each([
  ['a date that wavers at the horizon', true, date(7.5), true],
  ['a date at the very bound, 1.3 horizons', true, date(9.1), true],
  ['a date that went further away', true, date(9.2), false],
  ['no date any more', true, null, false],
  ['nothing that was up', false, date(1), false],
] as const)('%s holds an alarm: was up %s, %j: %s', (_, wasUp, daysLeft, isHeld) => {
  expect(isAlarmHeld(wasUp, daysLeft, 7)).toBe(isHeld);
});
