import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysSpeedingUp, type RateAt, type Stretches } from '../../src/forecast/speeding-up.ts';

/** Six stretches of half a week, as of four weeks. */
const TIMES = Float64Array.from({ length: 6 }, (_, place) => -(place + 0.5) * 3.5);

/** Days until rates add up to the room, by steps of an hour. */
const until =
  (room: number) =>
  (rateAt: RateAt): number => {
    let [left, hour] = [room, 0];
    for (; left > 0 && hour < 24 * 731; hour += 1) left -= Math.max(0, rateAt((hour + 0.5) / 24)) / 24;
    return hour / 24;
  };
const stretches = (rateAt: RateAt): Stretches => ({ times: TIMES, means: TIMES.map(rateAt) });

const LIKE_SHARE: RateAt = (day) => 0.03 * Math.exp(day / 7);
const SQUARE: RateAt = (day) => 0.03 * Math.max(0, 1 + day / 30) ** 2;
const LIKE_AMOUNT: RateAt = (day) => 0.03 * Math.max(0, 1 + day / 28);

test.each([
  ['by a like share a day', LIKE_SHARE],
  ['as a square does', SQUARE],
  ['by a like amount a day', LIKE_AMOUNT],
])('growth that speeds up %s goes on as it did', (_how, rateAt) => {
  const days = daysSpeedingUp(stretches(rateAt), 1, until(0.15));
  expect(days / until(0.15)(rateAt)).toBeGreaterThan(0.97);
  expect(days / until(0.15)(rateAt)).toBeLessThan(1.03);
});

test('the less certain it is, the less of it goes on', () => {
  const days = [0, 0.3, 0.7, 1].map((certainty) => daysSpeedingUp(stretches(LIKE_SHARE), certainty, until(0.15)));
  expect(days).toEqual([...days].sort((one, other) => other - one));
  expect(days[0]).toBeGreaterThan((days[3] as number) * 1.2);
});

test('it never becomes more than e^1.5 times as fast', () => {
  // 0.03 a day now: 10 / 0.03 / e^1.5 = 74 days, and 27 without a bound.
  const days = daysSpeedingUp(stretches(LIKE_SHARE), 1, until(10));
  expect(days).toBeGreaterThan(74);
  expect(days).toBeLessThan(90);
});

test('whatever the rates, days are a finite number above 0', () => {
  const rates = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 6 });
  fc.assert(
    fc.property(rates, fc.double({ min: 0, max: 1, noNaN: true }), (some, certainty) => {
      const given = { times: TIMES.subarray(0, some.length), means: Float64Array.from(some) };
      const days = daysSpeedingUp(given, certainty, (rateAt) => Math.min(731, 0.1 / Math.max(rateAt(0), 1e-9)));
      expect(days).toBeGreaterThan(0);
      expect(days).toBeLessThanOrEqual(731.001);
    }),
    { numRuns: 500, examples: [[[0, 0, 0], 1]] },
  );
});
