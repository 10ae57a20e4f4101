import { expect, test } from 'vitest';
import { HOUR_SECONDS, type Trace } from '../forecast/family.ts';
import {
  CAP_HOURS,
  crps,
  episodesOf,
  hostMonthsOf,
  type Judged,
  measure,
  median,
  type Outcome,
  outcomeOf,
} from '../forecast/measures.ts';
import type { Saying } from '../forecast/replay.ts';

/** Full at an hour; what was read does not matter but for runaways. */
const trace = (fullHour: number | null, family = 'slow-leak', samples: Trace['samples'] = []): Trace => ({
  ...{ id: 'one', family, resource: 'filesystem', capacityBytes: [[0, 100]] },
  samples,
  exhaustedAt: fullHour === null ? null : fullHour * HOUR_SECONDS,
});

/** A saying at each of `hours` hours; the alarm is up at those that `isUp` says. */
const sayings = (hours: number, isUp: (hour: number) => boolean, p50: number | null = null): Saying[] =>
  Array.from({ length: hours }, (_, hour) => ({
    ...{ t: hour * HOUR_SECONDS, alarm: isUp(hour), p50 },
    ...{ p10: p50 === null ? null : p50 * 0.8, p90: p50 === null ? null : p50 * 1.5 },
  }));

const leadOf = (full: number, isUp: (hour: number) => boolean, family?: string): number | null =>
  outcomeOf(trace(full, family), sayings(full + 5, isUp)).alarm?.left ?? null;

test('a pause of 23 hours leaves one alarm, one of 24 hours makes two', () => {
  // Up until 10, first without at 11, up again at 34 = 23 hours later.
  expect(episodesOf(sayings(60, (hour) => hour <= 10 || hour >= 34))).toHaveLength(1);
  expect(episodesOf(sayings(60, (hour) => hour <= 10 || hour >= 35))).toHaveLength(2);
});

test('an alarm exactly 10 days ahead counts, an hour earlier it is false and does not count', () => {
  const at = (raised: number): Outcome =>
    outcomeOf(
      trace(500),
      sayings(505, (hour) => hour >= raised),
    );
  expect(at(260)).toMatchObject({ falseAlarms: 0, alarm: { left: 240 } });
  expect(at(259)).toMatchObject({ falseAlarms: 1, alarm: null });
});

test('an alarm 12 hours ahead counts, 11 hours ahead does not and is not false either', () => {
  expect(leadOf(500, (hour) => hour >= 488)).toBe(12);
  expect(leadOf(500, (hour) => hour >= 489)).toBeNull();
  expect(
    outcomeOf(
      trace(500),
      sayings(500, (hour) => hour >= 489),
    ).falseAlarms,
  ).toBe(0);
});

test('an alarm of a runaway counts 1 hour ahead, and not at the hour of full', () => {
  expect(leadOf(500, (hour) => hour >= 499, 'runaway-restore')).toBe(1);
  expect(leadOf(500, (hour) => hour >= 500, 'runaway-restore')).toBeNull();
});

test('an alarm must be up within the last 24 hours', () => {
  expect(leadOf(500, (hour) => hour >= 400 && hour <= 476)).toBe(100);
  expect(leadOf(500, (hour) => hour >= 400 && hour <= 475)).toBeNull();
});

test('where full never comes each alarm is false', () => {
  const outcome = outcomeOf(
    trace(null),
    sayings(200, (hour) => hour === 3 || hour === 100),
  );
  expect(outcome).toEqual({ falseAlarms: 2, alarm: null, leadShare: null, daily: [] });
});

test('a runaway lead is told in parts of the time from its onset', () => {
  // Calm at 50 until hour 490, then up by 5 an hour; alarmed at 496: 4 of 10 hours.
  const samples = Array.from({ length: 500 }, (_, hour): [number, number] => [
    hour * HOUR_SECONDS,
    50 + 5 * Math.max(0, hour - 490),
  ]);
  const outcome = outcomeOf(
    trace(500, 'runaway', samples),
    sayings(500, (hour) => hour >= 496),
  );
  expect(outcome.leadShare).toBeCloseTo(4 / 10);
});

test('dates are scored at whole days of the last ten, the tenth included', () => {
  // Full at 504 = day 21: days 11 … 20.
  const outcome = outcomeOf(
    trace(504),
    sayings(510, () => false, 50),
  );
  expect(outcome.daily.map(({ left }) => left)).toEqual([240, 216, 192, 168, 144, 120, 96, 72, 48, 24]);
});

test('a host-month is 30 days of trace time, and ends at exhaustion', () => {
  const samples = [
    [0, 1],
    [360 * HOUR_SECONDS, 100],
    [361 * HOUR_SECONDS, 100],
  ] as [number, number][];
  expect(hostMonthsOf(trace(360, 'slow-leak', samples))).toBe(0.5);
  expect(hostMonthsOf(trace(null, 'flat', samples))).toBeCloseTo(361 / 720);
  expect(hostMonthsOf(trace(null))).toBe(0);
});

test('the score of a single date is its error, and of none that of 30 days', () => {
  expect(crps({ left: 100, p10: null, p50: 130, p90: null })).toBe(30);
  expect(crps({ left: 100, p10: null, p50: null, p90: null })).toBe(CAP_HOURS - 100);
  expect(crps({ left: 100, p10: null, p50: 5_000, p90: null })).toBe(620);
});

test('the score of an interval is 2/3 of the sum of its quantile losses', () => {
  // (100 − 80) · 0.1 = 2; (100 − 110) · (0.5 − 1) = 5; (100 − 200) · (0.9 − 1) = 10; 2/3 · 17.
  expect(crps({ left: 100, p10: 80, p50: 110, p90: 200 })).toBeCloseTo((2 / 3) * 17);
  // Without an upper end: (100 − 720) · (0.9 − 1) = 62.
  expect(crps({ left: 100, p10: 80, p50: 110, p90: null })).toBeCloseTo((2 / 3) * 69);
});

const SCORED = { left: 100, p10: 80, p50: 110, p90: 200 };
const judged = (family: string, exhausts: boolean, silt: Partial<Outcome>, other: Partial<Outcome> = {}): Judged => {
  const none = { falseAlarms: 0, alarm: null, leadShare: null, daily: [] };
  return { family, exhausts, hostMonths: 0.5, outcomes: { silt: { ...none, ...silt }, other: { ...none, ...other } } };
};

test('measures of some traces are those worked by hand', () => {
  const daily = [{ left: 100, p10: null, p50: 80, p90: null }];
  const half = [{ left: 100, p10: null, p50: 90, p90: null }];
  const result = measure(
    [
      judged('a', true, { alarm: SCORED, daily: half }, { daily }),
      judged('a', true, { alarm: { left: 60, p10: 70, p50: 90, p90: 95 }, daily: half }, { daily }),
      judged('b', true, { falseAlarms: 1, daily: half }, { daily }),
      judged('b', true, { alarm: { left: 20, p10: 15, p50: 25, p90: null }, daily: half }, { daily }),
      judged('flat', false, { falseAlarms: 2 }),
    ],
    'silt',
    'other',
  );
  expect(result).toEqual({
    falseAlarmsPerHostMonth: 3 / 2.5,
    recall: 3 / 4,
    worstFamilyRecall: 1 / 2,
    // Of 20, 60, 100.
    leadHours: 60,
    // Of 10 ÷ 100, 30 ÷ 60, 5 ÷ 20.
    dateError: 0.25,
    coverage: 2 / 3,
    // 10 ÷ 20.
    crpsRatio: 0.5,
    crpsRatioWhereBoth: 0.5,
    runawayLeadShare: null,
    dailyCoverage: null,
  });
});

test('moments at which one has no date count in one of the two ratios of scores, and at which neither has in none', () => {
  const [date, none] = [
    { left: 120, p10: null, p50: 90, p90: null },
    { left: 120, p10: null, p50: null, p90: null },
  ];
  const some = [judged('a', true, { daily: [date, date, none] }, { daily: [date, none, none] })];
  // (30 + 30) ÷ (30 + 600), and 30 ÷ 30.
  expect(measure(some, 'silt', 'other')).toMatchObject({ crpsRatio: 60 / 630, crpsRatioWhereBoth: 1 });
  // Silence where the other speaks costs 30 days: (30 + 600) ÷ (30 + 30).
  expect(measure(some, 'other', 'silt')).toMatchObject({ crpsRatio: 630 / 60, crpsRatioWhereBoth: 1 });
});

test('what there is nothing to measure on is null, not zero', () => {
  expect(Object.values(measure([], 'silt', 'other')).every((value) => value === null)).toBe(true);
  const calm = measure([judged('flat', false, {})], 'silt', 'other');
  expect(calm).toMatchObject({ falseAlarmsPerHostMonth: 0, recall: null, leadHours: null, crpsRatio: null });
});

test('the median of an even number of values is the mean of the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([])).toBeNull();
});
