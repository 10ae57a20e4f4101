import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_HORIZON_DAYS,
  type Forecast,
  forecastUse,
  HOUR_MILLISECONDS,
  MAX_DAYS_LEFT,
  MIN_ALARM_DAYS,
  MIN_HISTORY_DAYS,
  UseHistoryCollector,
  WEEK_READ_DAYS,
  YOUNG_ALARM_DAYS,
} from '../../src/index.ts';
import { BEAT, CAPACITY, DAY, forecast, type Level, leak, NOW, noise } from './past.ts';

describe('a date', () => {
  test('of a line is the one that the line has, within a tenth, and inside its interval', () => {
    const { verdict, reason, daysLeft, slopePerDay, alarm } = forecast({ days: 30, level: leak(4, 0.015) });
    expect({ verdict, reason, alarm }).toEqual({ verdict: 'filling', reason: 'trend', alarm: true });
    expect(daysLeft?.p50).toBeGreaterThan(3.6);
    expect(daysLeft?.p50).toBeLessThan(4.4);
    expect(daysLeft?.p10).toBeLessThan(4);
    expect(daysLeft?.p90).toBeGreaterThan(4);
    expect((slopePerDay?.mid ?? 0) / CAPACITY).toBeCloseTo(0.015, 3);
  });

  test('is not moved by a resize, but by the room that it makes', () => {
    const level = leak(5, 0.015);
    const before = forecast({ days: 30, level });
    const after = forecast({ days: 30, level, factor: (day) => (day > -2 ? 1.15 : 1) });
    // 0.15 more at 0.015 a day: 10 days more.
    expect((after.daysLeft?.p50 ?? 0) - (before.daysLeft?.p50 ?? 0)).toBeGreaterThan(8);
    expect((after.daysLeft?.p50 ?? 0) - (before.daysLeft?.p50 ?? 0)).toBeLessThan(12);
    expect(after.slopePerDay?.mid).toBeCloseTo(before.slopePerDay?.mid ?? 0, -9);
  });

  test('is nearer when a quota is cut', () => {
    const level = leak(30, 0.01);
    const cut = forecast({ days: 30, level, factor: (day) => (day > -1 ? 0.74 : 1) });
    // 0.3 left at 0.01 a day, of which the cut takes 0.26.
    expect(cut.daysLeft?.p50).toBeGreaterThan(2.8);
    expect(cut.daysLeft?.p50).toBeLessThan(5.2);
    expect(cut.alarm).toBe(true);
  });

  test('of steps that go on is as good as of a line', () => {
    const line = leak(5, 0.015);
    const stairs = forecast({ days: 30, level: (day) => Math.floor(line(day) / 0.01) * 0.01 });
    expect(stairs.verdict).toBe('filling');
    expect(stairs.daysLeft?.p50).toBeGreaterThan(4);
    expect(stairs.daysLeft?.p50).toBeLessThan(6.5);
  });

  test('of what grows on working days alone counts the weekend', () => {
    // Thursday noon; it grows by 0.02 on each working day, so after two days and a weekend 0.04 are gone.
    const workdays = (day: number): number => {
      const weekday = (((NOW + day * DAY) / DAY + 4) % 7) - 1;
      const weeks = Math.floor(((NOW + day * DAY) / DAY + 4) / 7);
      return weeks * 5 + Math.min(5, Math.max(0, weekday));
    };
    const now = workdays(0);
    const { daysLeft } = forecast({ days: 35, level: (day) => 1 - 0.02 * (3.5 - (workdays(day) - now)) });
    // 1.5 working days to the weekend, and 2 of the next week.
    expect(daysLeft?.p50).toBeGreaterThan(4.2);
    expect(daysLeft?.p50).toBeLessThan(6.8);
  });

  test('of what pauses for two days of each week is right on whichever of its days it is asked', () => {
    for (let phase = 0; phase < 7; phase += 1) {
      const isOff = (day: number): boolean => (((Math.floor(day) + phase) % 7) + 7) % 7 < 2;
      const grownTo = (day: number): number => {
        let days = 0;
        const whole = Math.floor(day);
        for (let past = -21; past < whole; past += 1) days += isOff(past) ? 0 : 1;
        return days + (isOff(whole) ? 0 : day - whole);
      };
      const fullAt = [4, 5, 6, 7].find((day) => !isOff(day)) as number;
      const level: Level = (day) => 1 - 0.03 * (grownTo(fullAt + 0.5) - grownTo(day));
      expect(Math.abs((forecast({ days: 21, level }).daysLeft?.p50 ?? 0) - (fullAt + 0.5))).toBeLessThan(0.5);
    }
  });

  test('of what speeds up is nearer than a line has it', () => {
    const { daysLeft } = forecast({ days: 28, level: (day) => 0.2 + 0.55 * ((day + 28) / 28) ** 2 });
    // 0.2 + 0.55 · (d/28)² = 1 at d = 33.8; a line at the rate of now, 0.0393 a day, has 6.4 days.
    expect(daysLeft?.p50).toBeGreaterThan(4.7);
    expect(daysLeft?.p50).toBeLessThan(6.6);
  });

  test('of what speeds up by a like share a day, and of what does by a like amount, is right', () => {
    // Full in 3 days, from a fifth 27 days ago.
    const compound: Level = (day) => 0.2 + (0.8 * (Math.exp((day + 27) / 7) - 1)) / (Math.exp(30 / 7) - 1);
    const square: Level = (day) => 0.2 + 0.8 * ((day + 27) / 30) ** 2;
    for (const level of [compound, square]) {
      const p50 = forecast({ days: 27, level }).daysLeft?.p50;
      expect(p50).toBeGreaterThan(2.7);
      expect(p50).toBeLessThan(3.3);
    }
  });

  test('beyond two years is none, and is said so', () => {
    const { verdict, reason, daysLeft } = forecast({ days: 30, level: (day) => 0.1 + 0.0004 * (day + 30) });
    expect({ verdict, reason, daysLeft }).toEqual({ verdict: 'steady', reason: 'far-off', daysLeft: null });
    expect(MAX_DAYS_LEFT).toBe(730);
  });
});

describe('nothing is wrong', () => {
  test.each<[string, string, Level]>([
    ['flat', 'no-growth', () => 0.6],
    ['full to 96 % and noisy', 'no-growth', (day) => 0.96 + 0.004 * noise(day)],
    ['shrinking', 'no-growth', (day) => 0.6 - 0.005 * day],
    ['a step yesterday', 'one-step', (day) => (day > -1 ? 0.8 : 0.5)],
    ['a step four days ago', 'no-growth', (day) => (day > -4 ? 0.8 : 0.5)],
    ['a daily wave to 95 %', 'comes-back', (day) => 0.8 + 0.15 * Math.sin(2 * Math.PI * day)],
    ['pruned each third day', 'comes-back', (day) => 0.6 + 0.1 * ((((day + 30) % 3) + 3) % 3)],
    ['pruned each week', 'comes-back', (day) => 0.5 + 0.06 * ((((day + 33) % 7) + 7) % 7)],
    ['a cache that fills up to 90 %', 'levels-off', (day) => 0.9 - 0.5 * Math.exp(-(day + 15) / 4)],
  ])('%s: steady, no date, no alarm', (_, reason, level) => {
    const said = forecast({ days: 30, level: (day) => (reason === 'levels-off' && day < -15 ? 0.4 : level(day)) });
    expect(said).toMatchObject({ verdict: 'steady', reason, daysLeft: null, alarm: false, alarmFromDays: null });
  });

  test.each([
    ['a step', 1.5, [0.3]],
    ['two steps', 9, [0.15, 0.15]],
  ])('%s between two clean-ups, the last of them %d days ago: no date that is near, and no alarm', (_, ago, steps) => {
    const cleaned = (days: number): number => (days < 0 ? 0 : days < 1 ? 0.04 - 0.03 * days : 0.01);
    const brought = (days: number): number => steps.reduce((sum, step, place) => sum + (days < place ? 0 : step), 0);
    const level: Level = (day) => 0.4 - cleaned(day + ago + 3.5) - cleaned(day + ago) + brought(day + ago + 2);
    const { daysLeft, alarm } = forecast({ days: 20, level });
    expect(daysLeft?.p50 ?? MAX_DAYS_LEFT).toBeGreaterThan(100);
    expect(alarm).toBe(false);
  });

  test('bursts of some hours are no reason to wake anybody', () => {
    const { alarm } = forecast({ days: 30, level: (day) => ((day + 30) % 1.7 < 0.2 ? 0.9 : 0.4) });
    expect(alarm).toBe(false);
  });
});

describe('something is wrong', () => {
  test('a leak under a weekly prune is full at the top of a week, not between two', () => {
    // A line through its tops is full in 1.3 days. The last was two days ago, at 0.95; the next, in five, would be at 1.055.
    const level: Level = (day) => 0.95 + 0.015 * (day + 2) + 0.1 * (((day + 2 + 70) % 7) / 7 - 1) + 0.0002 * noise(day);
    const { reason, daysLeft } = forecast({ days: 30, level });
    const full = 5 - 0.055 / (0.015 + 0.1 / 7);
    expect(reason).toBe('rising-floors');
    expect(Math.abs((daysLeft?.p50 ?? 0) - full)).toBeLessThan(0.4);
  });

  test('a week that is full before its prune is told by its own rise, and one that is pruned before is not', () => {
    // Pruned four days ago and three days from now; it rises by 0.02 a day and 0.16 a week.
    const fullIn =
      (days: number): Level =>
      (day) =>
        1 + 0.02 * (day - days) + 0.16 * ((((day + 4 + 70) % 7) - (days + 4)) / 7) + 0.0002 * noise(day);
    const before = forecast({ days: 30, level: fullIn(1.2) });
    expect(before).toMatchObject({ reason: 'rising-floors', alarm: true });
    expect(Math.abs((before.daysLeft?.p50 ?? 0) - 1.2)).toBeLessThan(0.15);
    const after = forecast({ days: 30, level: fullIn(3.5) });
    expect(after.reason).toBe('rising-floors');
    expect(after.daysLeft?.p50).toBeGreaterThan(4);
  });

  test('a leak under a sawtooth is seen by what its clean-ups leave', () => {
    const teeth = (day: number): number => 0.05 * ((((day + 30) % 4) + 4) % 4);
    const { verdict, reason, daysLeft, alarm } = forecast({ days: 30, level: (day) => 0.7 + 0.015 * day + teeth(day) });
    expect({ verdict, reason }).toEqual({ verdict: 'filling', reason: 'rising-floors' });
    // The tops stand at 0.885 now, and rise by 0.015 a day.
    expect(daysLeft?.p50).toBeGreaterThan(4.5);
    expect(daysLeft?.p50).toBeLessThan(11);
    expect(alarm).toBe(false);
  });

  test('a leak that was pruned for the second time yesterday goes on, since the prune left more than there ever was before', () => {
    // Full 9.7 days from now: 6 to the next prune, and 3.7 from the 0.912 that it leaves.
    const pruned = (day: number): number => 0.03 * ((day >= -8 ? 1 : 0) + (day >= -1 ? 1 : 0));
    const level: Level = (day) => 0.57 + 0.024 * (day + 12) - pruned(day) + 0.0002 * noise(day);
    const { verdict, reason, daysLeft } = forecast({ days: 12, level });
    expect({ verdict, reason }).toEqual({ verdict: 'filling', reason: 'rising-floors' });
    expect(daysLeft?.p50).toBeGreaterThan(8.5);
    expect(daysLeft?.p50).toBeLessThan(11);
  });

  test('what has run out is full, whatever it did before', () => {
    const said = forecast({ days: 10, level: (day) => Math.min(1, 1.02 + 0.01 * day) });
    expect(said).toMatchObject({ verdict: 'full', reason: 'at-capacity', alarm: true, alarmFromDays: 0 });
    expect(said.daysLeft).toEqual({ p10: 0, p50: 0, p90: 0 });
  });
});

describe('too little is said to be too little', () => {
  test('nothing, a day, and a last sample of the day before yesterday', () => {
    const empty = forecastUse({ hours: [], recent: [] }, { now: NOW, horizonDays: DEFAULT_HORIZON_DAYS });
    expect(empty).toMatchObject({ verdict: 'too-short', reason: 'few-days', window: null, slopePerDay: null });
    const young = forecast({ days: MIN_HISTORY_DAYS - 0.2, level: leak(2, 0.1) });
    expect(young).toMatchObject({ verdict: 'too-short', reason: 'few-days', daysLeft: null, alarm: false });
    const silent = forecast({ days: 30, level: leak(3, 0.01), isRead: (day) => day < -2 });
    expect(silent).toMatchObject({ verdict: 'too-short', reason: 'nothing-recent', daysLeft: null, alarm: false });
  });

  test('two days give a date and wake nobody, however near it is', () => {
    const said = forecast({ days: MIN_ALARM_DAYS - 0.5, level: leak(1, 0.1) });
    expect(said.verdict).toBe('filling');
    expect(said).toMatchObject({ alarm: false, alarmFromDays: null });
  });

  test('before a week was read a date wakes people only when it is near', () => {
    const far = forecast({ days: WEEK_READ_DAYS - 1, level: leak(3, 0.03) });
    expect(far).toMatchObject({ verdict: 'filling', alarm: false, alarmFromDays: null });
    const near = forecast({ days: WEEK_READ_DAYS - 1, level: leak(1.5, 0.04) });
    expect(near).toMatchObject({ verdict: 'filling', reason: 'trend', alarm: true });
    expect(near.alarmFromDays).toBeLessThanOrEqual(YOUNG_ALARM_DAYS);
    expect(forecast({ days: WEEK_READ_DAYS + 1, level: leak(3, 0.03) }).alarm).toBe(true);
  });
});

describe('walks without a direction', () => {
  /** mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
  const random = (seed: number) => (): number => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const walk = (seed: number): Forecast => {
    const next = random(seed);
    let level = 0.4;
    return forecast({
      days: 20,
      level: () => (level = Math.min(0.95, Math.max(0.05, level + (next() - 0.5) * 0.012))),
    });
  };

  test('rarely look like a leak', () => {
    const alarms = Array.from({ length: 100 }, (_, seed) => walk(seed + 1)).filter(({ alarm }) => alarm);
    expect(alarms.length).toBeLessThanOrEqual(2);
  });

  test('that rise are noisy, and have no date', () => {
    expect(walk(54)).toMatchObject({ verdict: 'noisy', reason: 'slopes-differ', daysLeft: null, alarm: false });
  });
});

describe('what the past is like', () => {
  test('holes and late samples change a date by little', () => {
    const level = leak(4, 0.015);
    const whole = forecast({ days: 30, level }).daysLeft?.p50 ?? 0;
    const holed = forecast({ days: 30, level, isRead: (day) => (day * 24) % 9 < -1 && !(day > -12 && day < -9) });
    expect(Math.abs((holed.daysLeft?.p50 ?? 0) - whole) / whole).toBeLessThan(0.15);
  });

  test('nothing later than now is looked at', () => {
    const collector = new UseHistoryCollector();
    const level = leak(6, 0.015);
    for (let at = NOW - 30 * DAY; at <= NOW; at += BEAT)
      collector.add(at, level((at - NOW) / DAY) * CAPACITY, CAPACITY);
    const settings = { now: NOW, horizonDays: 7 };
    const before = forecastUse(collector.historyAt(NOW), settings);
    for (let at = NOW + BEAT; at <= NOW + 2 * DAY; at += BEAT) collector.add(at, CAPACITY, CAPACITY);
    const after = forecastUse(collector.historyAt(NOW + 2 * DAY), settings);
    expect(after.verdict).toBe('filling');
    // The hour of now has later samples in the longer past and is left out with its only earlier one.
    const [date, dateBefore] = [after.daysLeft?.p50 ?? 0, before.daysLeft?.p50 ?? 0];
    expect(Math.abs(date - dateBefore)).toBeLessThan((1.1 * BEAT) / DAY);
  });

  test('the longer horizon alarms wherever the shorter one does, from the same number on', () => {
    const level = leak(6, 0.015);
    const { alarmFromDays } = forecast({ days: 30, level });
    expect(alarmFromDays).not.toBeNull();
    for (const horizonDays of [1, 5, 7, 14, 60]) {
      expect(forecast({ days: 30, level }, horizonDays).alarm).toBe(horizonDays >= (alarmFromDays ?? 0));
    }
  });

  test('faster growth never leaves more days', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.004, max: 0.02, noNaN: true }),
        fc.double({ min: 1.1, max: 2, noNaN: true }),
        (rate, factor) => {
          const level = (perDay: number) => (day: number) => 0.9 + perDay * day;
          const slow = forecast({ days: 30, level: level(rate) }).daysLeft?.p50 ?? Number.POSITIVE_INFINITY;
          const fast = forecast({ days: 30, level: level(rate * factor) }).daysLeft?.p50 ?? Number.POSITIVE_INFINITY;
          expect(fast).toBeLessThanOrEqual(slow);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('units do not matter: the same in bytes, in 4 KiB blocks and in inodes', () => {
    const level = leak(5, 0.015);
    const of = (capacity: number): Forecast => {
      const collector = new UseHistoryCollector();
      for (let at = NOW - 30 * DAY; at <= NOW; at += BEAT)
        collector.add(at, level((at - NOW) / DAY) * capacity, capacity);
      return forecastUse(collector.historyAt(NOW), { now: NOW, horizonDays: 7 });
    };
    expect(of(512).daysLeft?.p50).toBeCloseTo(of(20e12).daysLeft?.p50 ?? 0, 6);
  });

  test('whatever was read, the answer is whole: ordered quantiles, finite numbers, a date where it is filling', () => {
    const point = fc.record({
      hours: fc.double({ min: 0, max: 900, noNaN: true }),
      used: fc.double({ min: -1, max: 3, noNaN: true }),
      capacity: fc.constantFrom(0, 1e-9, 1, 1, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 300 }), (points) => {
        const collector = new UseHistoryCollector();
        for (const { hours, used, capacity } of points) collector.add(NOW - hours * HOUR_MILLISECONDS, used, capacity);
        const said = forecastUse(collector.historyAt(NOW), { now: NOW, horizonDays: 7 });
        expect(said.daysLeft !== null).toBe(said.verdict === 'filling' || said.verdict === 'full');
        const { p10, p50, p90 } = said.daysLeft ?? { p10: 0, p50: 0, p90: 0 };
        expect(p10).toBeGreaterThanOrEqual(0);
        expect(p50).toBeGreaterThanOrEqual(p10);
        expect(p90 ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(p50);
        for (const number of Object.values(said.slopePerDay ?? {})) expect(Number.isFinite(number)).toBe(true);
      }),
    );
  });

  test('what is no number is left out', () => {
    const collector = new UseHistoryCollector();
    for (const [at, used, capacity] of [
      [Number.NaN, 1, 2],
      [NOW, Number.POSITIVE_INFINITY, 2],
      [NOW, 1, Number.NaN],
    ] as const) {
      collector.add(at, used, capacity);
    }
    expect(collector.historyAt(NOW)).toEqual({ hours: [], recent: [] });
  });
});
