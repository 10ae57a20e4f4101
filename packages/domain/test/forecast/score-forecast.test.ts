import { describe, expect, test } from 'vitest';
import { dueAtOf, type ForecastToScore, forecastScore, scoreForecast, type UsePoint } from '../../src/index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MADE_AT = Date.UTC(2026, 2, 1);

/** 80 of 100 used, 2 a day more: ten days left, surely 8 to 12. */
const FILLING: ForecastToScore = {
  madeAt: MADE_AT,
  horizonDays: 7,
  verdict: 'filling',
  daysLeft: { p10: 8, p50: 10, p90: 12 },
  slopePerDay: { low: 1.6, mid: 2, high: 2.5 },
};
const STEADY: ForecastToScore = { ...FILLING, verdict: 'steady', daysLeft: null };

/** An hour each from `MADE_AT` on. */
function hoursOf(days: number, usedOf: (day: number) => number, capacityOf: (day: number) => number = () => 100) {
  return Array.from({ length: days * 24 }, (_, hour): UsePoint => {
    const [used, capacity] = [usedOf((hour + 1) / 24), capacityOf((hour + 1) / 24)];
    return { at: MADE_AT + (hour + 1) * HOUR, low: used, high: used, last: used, capacity };
  });
}

const scoreAt = (days: number, said: ForecastToScore, hours: readonly UsePoint[]) =>
  scoreForecast(said, { use: { hours }, inChunks: null }, MADE_AT + days * DAY);

describe('what became of a forecast', () => {
  const climb = (perDay: number) => (day: number) => Math.min(100, 80 + perDay * day);
  const rows: [string, ForecastToScore, UsePoint[], string, number | null][] = [
    ['full on the day that it said', FILLING, hoursOf(20, climb(2)), 'in-time', 10],
    ['full before p10', FILLING, hoursOf(20, climb(4)), 'sooner', 5],
    // (80 + 1.25 × 12 = 95)
    ['slower than it said, and nobody made room', FILLING, hoursOf(20, climb(1.25)), 'later', null],
    ['growth that fades out', FILLING, hoursOf(20, (day) => Math.min(88, 80 + 2 * day)), 'later', null],
    [
      'cleaned up after five days',
      FILLING,
      hoursOf(20, (day) => (day < 5 ? 80 + 2 * day : 60 + 2 * (day - 5))),
      'averted',
      null,
    ],
    [
      'a larger disk after five days',
      FILLING,
      hoursOf(
        20,
        (day) => 80 + day,
        (day) => (day < 5 ? 100 : 200),
      ),
      'averted',
      null,
    ],
    ['full after p90', FILLING, hoursOf(20, climb(20 / 13)), 'later', null],
    [
      'a spike within an hour is full too',
      FILLING,
      spiked(
        hoursOf(20, () => 80),
        9 * 24 - 1,
      ),
      'in-time',
      9,
    ],
    ['steady and not full', STEADY, hoursOf(20, () => 80), 'held', null],
    ['noisy and not full', { ...STEADY, verdict: 'noisy' }, hoursOf(20, () => 80), 'held', null],
    ['steady and full within the horizon', STEADY, hoursOf(20, climb(4)), 'missed', 5],
    ['steady and full after the horizon', STEADY, hoursOf(20, climb(2)), 'held', null],
    ['nothing read', FILLING, [], 'unknown', null],
    ['read for the first third only', FILLING, hoursOf(4, climb(2)), 'unknown', null],
    ['full, with much that was not read before', FILLING, hoursOf(20, climb(2)).slice(9 * 24), 'in-time', 10],
    [
      'without p90: later than its p50 within the horizon',
      { ...FILLING, daysLeft: { p10: 3, p50: 5, p90: null } },
      hoursOf(20, () => 80),
      'later',
      null,
    ],
    [
      'without p90: its p50 lies beyond the horizon',
      { ...FILLING, daysLeft: { p10: 9, p50: 20, p90: null } },
      hoursOf(20, () => 80),
      'held',
      null,
    ],
    [
      'a capacity of zero is never full',
      STEADY,
      hoursOf(
        20,
        () => 0,
        () => 0,
      ),
      'held',
      null,
    ],
  ];
  test.each(rows)('%s', (_name, said, hours, outcome, actualDays) => {
    const fate = scoreAt(20, said, hours);
    expect(fate?.outcome).toBe(outcome);
    if (actualDays === null) expect(fate?.actualDays).toBeNull();
    else expect(fate?.actualDays).toBeCloseTo(actualDays, 1);
  });

  test('it is told as soon as it was full, and else not before its time has come', () => {
    const quick = hoursOf(20, climb(4));
    expect(scoreAt(4.9, FILLING, quick)).toBeNull();
    expect(scoreAt(5, FILLING, quick)).toMatchObject({ outcome: 'sooner', toldAt: MADE_AT + 5 * DAY });
    const slow = hoursOf(20, climb(1));
    expect(scoreAt(11.9, FILLING, slow)).toBeNull();
    expect(scoreAt(12, FILLING, slow)).toMatchObject({ outcome: 'later', toldAt: MADE_AT + 12 * DAY });
  });

  test('its growth is that until it was full or its time had come', () => {
    expect(scoreAt(20, FILLING, hoursOf(20, climb(4)))?.actualSlope).toBeCloseTo(4);
    expect(
      scoreAt(
        20,
        FILLING,
        hoursOf(20, (day) => (day <= 12 ? 80 + day : 0)),
      )?.actualSlope,
    ).toBeCloseTo(1);
    expect(scoreAt(20, FILLING, [])?.actualSlope).toBeNull();
  });

  test('btrfs metadata without room for a chunk is full once its own chunks are', () => {
    const use = { hours: hoursOf(20, climb(4)) };
    const inChunks = { hours: hoursOf(20, climb(2.5)) };
    const fate = scoreForecast(FILLING, { use, inChunks }, MADE_AT + 20 * DAY);
    expect(fate).toMatchObject({ outcome: 'in-time', toldAt: MADE_AT + 8 * DAY });
  });

  test('what is full already and what is too short are never scored', () => {
    for (const verdict of ['full', 'too-short'] as const) {
      const said = { ...STEADY, verdict };
      expect(dueAtOf(said)).toBeNull();
      expect(scoreAt(100, said, hoursOf(20, climb(4)))).toBeNull();
    }
    expect(dueAtOf(FILLING)).toBe(MADE_AT + 12 * DAY);
    expect(dueAtOf(STEADY)).toBe(MADE_AT + 7 * DAY);
  });
});

function spiked(hours: UsePoint[], place: number): UsePoint[] {
  return hours.map((point, index) => (index === place ? { ...point, high: point.capacity } : point));
}

test('a score counts outcomes, growth within what was said, and the median error of the dates', () => {
  const slopePerDay = { low: 1, mid: 2, high: 3 };
  const daysLeft = { p10: 8, p50: 10, p90: 12 };
  const score = forecastScore(
    [
      // |10 − 8| ÷ 8 = 0.25
      { outcome: 'in-time', actualDays: 8, actualSlope: 3, daysLeft, slopePerDay },
      // |10 − 5| ÷ 5 = 1
      { outcome: 'sooner', actualDays: 5, actualSlope: 4, daysLeft, slopePerDay },
      { outcome: 'averted', actualDays: null, actualSlope: null, daysLeft, slopePerDay },
      { outcome: 'missed', actualDays: 2, actualSlope: 5, daysLeft: null, slopePerDay: null },
      { outcome: 'held', actualDays: null, actualSlope: 1, daysLeft: null, slopePerDay },
    ],
    90,
  );
  expect(score).toEqual({
    days: 90,
    outcomes: { 'in-time': 1, sooner: 1, later: 0, averted: 1, held: 1, missed: 1, unknown: 0 },
    slopes: { known: 3, within: 2 },
    dateError: 0.625,
  });
  expect(forecastScore([], 90)).toMatchObject({ slopes: { known: 0, within: 0 }, dateError: null });
});
