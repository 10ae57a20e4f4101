import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BacktestCollector } from '../../src/forecast/backtest/backtest-result.ts';
import { fullMoments } from '../../src/forecast/backtest/full-moments.ts';
import { alarmFilter } from '../../src/forecast/backtest/may-alarm.ts';
import {
  BEFORE_RANGE_MILLISECONDS,
  LEAD_IN_DAYS,
  type ReplaySettings,
  replayStore,
  type StoreReplay,
} from '../../src/forecast/backtest/replay-store.ts';
import { type ReplayedClock, replayedClocks } from '../../src/forecast/backtest/replayed-clock.ts';
import { MAX_REPLAYED_FORECASTS, stepHoursFor } from '../../src/forecast/backtest/step-hours.ts';
import type { ClockName } from '../../src/forecast/clocks/clock.ts';
import { forecastUse } from '../../src/forecast/forecast-use.ts';
import type { UsePoint } from '../../src/forecast/use-history.ts';
import { MAX_BACKTEST_ROWS } from '../../src/forecast-views.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-03-01T00:00:00Z');
const SETTINGS = { from: FROM, to: FROM + 20 * DAY, stepHours: 1, horizonsDays: [7, 14] };

interface Clock {
  clock: ClockName;
  points: UsePoint[];
}

/** Points at the end of each hour from `firstDay` of the range on. */
function pointsOf(firstDay: number, days: number, used: (day: number) => number, capacity = 1_000): UsePoint[] {
  return Array.from({ length: days * 24 }, (_, hour) => {
    const day = firstDay + (hour + 1) / 24;
    const last = used(day);
    return { at: FROM + firstDay * DAY + (hour + 1) * HOUR - 1, low: last, high: last, last, capacity };
  });
}

type ForecastAt = ReplayedClock['forecastAt'];

/** Growth of the last two days goes on; alarms within the horizon. Looks at the past alone. */
const straightOn =
  (points: readonly UsePoint[]): ForecastAt =>
  ({ now }) => {
    const past = points.filter(({ at }) => at <= now && at > now - 2 * DAY);
    const [first, last] = [past[0], past.at(-1)];
    if (!first || !last || last.at === first.at) return null;
    const slope = ((last.last - first.last) / (last.at - first.at)) * DAY;
    const days = slope > 0 ? Math.max(0, last.capacity - last.last) / slope : Number.POSITIVE_INFINITY;
    const daysLeft = Number.isFinite(days) ? { p10: days, p50: days, p90: days } : null;
    return { alarmFromDays: daysLeft === null ? null : days, daysLeft };
  };

function replay(clocks: readonly Clock[], settings: ReplaySettings = SETTINGS, forecastAt?: ForecastAt): StoreReplay {
  const replayed = clocks.map((one) => ({ ...one, forecastAt: forecastAt ?? straightOn(one.points) }));
  return ended(replayStore(replayed, settings));
}

function ended(run: Generator<undefined, StoreReplay>): StoreReplay {
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
}

const space = (points: UsePoint[]): Clock => ({ clock: 'space', points });

describe('a replay', () => {
  it('tells how long before a fill each horizon would have told of it', () => {
    // 40 a day from 440 on: full at day 14; within 7 days from day 7 on, within 14 from day 0 on.
    const clock = space(pointsOf(-10, 30, (day) => Math.min(1_000, 440 + 40 * day)));
    const { fills, alarms, clocks, daysRead } = replay([clock]);
    expect(fills).toHaveLength(1);
    expect(fills[0]?.clock).toBe('space');
    expect(Math.abs((fills[0]?.fullAt ?? 0) - (FROM + 14 * DAY))).toBeLessThanOrEqual(HOUR);
    const [seven, fourteen] = fills[0]?.toldHoursBefore ?? [];
    expect(Math.abs((seven ?? 0) - 7 * 24)).toBeLessThanOrEqual(2);
    expect(Math.abs((fourteen ?? 0) - 14 * 24)).toBeLessThanOrEqual(2);
    expect(alarms.map((ofHorizon) => ofHorizon.map(({ kind }) => kind))).toEqual([['real'], ['real']]);
    expect([clocks, daysRead.length]).toEqual([1, 20]);
  });

  it('follows an alarm that is up at its beginning back to when it was raised', () => {
    const clock = space(pointsOf(-20, 30, (day) => Math.min(1_000, 800 + 40 * day)));
    const { fills, alarms } = replay([clock]);
    expect(Math.abs((fills[0]?.toldHoursBefore[0] ?? 0) - 7 * 24)).toBeLessThanOrEqual(2);
    expect(alarms[0]?.[0]?.raisedAt).toBeLessThan(FROM - DAY);
  });

  it('says nothing of a fill from before its range, nor of an alarm that was over by then', () => {
    const points = pointsOf(-20, 40, (day) => (day < -10 ? Math.min(1_000, 800 + 40 * (day + 15)) : 200));
    const { fills, alarms } = replay([space(points)]);
    expect(fills).toEqual([]);
    expect(alarms).toEqual([[], []]);
  });

  it('calls an alarm averted where somebody made room, false where it just stopped, open where it is still up', () => {
    const rise = (day: number): number => 500 + 40 * day;
    const kinds = (used: (day: number) => number, days = 30): unknown =>
      replay([space(pointsOf(-10, days, used))]).alarms[0]?.map(({ kind }) => kind);
    expect(kinds((day) => (day < 8 ? rise(day) : 400))).toEqual(['averted']);
    expect(kinds((day) => (day < 8 ? rise(day) : rise(8)))).toEqual(['false']);
    expect(kinds((day) => 300 + 30 * day)).toEqual(['open']);
  });

  it('calls an alarm averted where the capacity grew', () => {
    const points = pointsOf(-10, 30, (day) => (day < 8 ? 500 + 40 * day : 820));
    for (const point of points) if (point.at >= FROM + 8 * DAY) point.capacity = 2_000;
    expect(replay([space(points)]).alarms[0]?.map(({ kind }) => kind)).toEqual(['averted']);
  });

  it('does not take what a nightly prune takes back for room that somebody made', () => {
    const used = (day: number): number => (day < 8 ? 480 + 40 * day : 800) + 60 * (day - Math.floor(day));
    const { alarms } = replay([space(pointsOf(-20, 40, used))]);
    expect(alarms[0]?.length).toBeGreaterThan(0);
    expect(alarms[0]?.filter(({ kind }) => kind === 'averted')).toEqual([]);
  });

  it('takes alarms that pause for less than a day for one, and others for several', () => {
    const settings = { ...SETTINGS, horizonsDays: [7] };
    const points = pointsOf(-10, 30, (day) => 500 + 20 * day);
    const upWhile =
      (isUp: (day: number) => boolean): ForecastAt =>
      ({ now }) =>
        isUp((now - FROM) / DAY) ? { alarmFromDays: 0, daysLeft: { p10: 1, p50: 2, p90: 3 } } : null;
    const count = (isUp: (day: number) => boolean): number =>
      replay([space(points)], settings, upWhile(isUp)).alarms[0]?.length ?? 0;
    expect(count((day) => day > 2 && day < 4)).toBe(1);
    expect(count((day) => (day > 2 && day < 4) || (day > 4.9 && day < 6))).toBe(1);
    expect(count((day) => (day > 2 && day < 4) || (day > 5.1 && day < 6))).toBe(2);
  });

  it('keeps an alarm up while its date wavers at the horizon, and not when it goes away', () => {
    const points = pointsOf(-10, 30, (day) => 500 + 20 * day);
    const wavers =
      (later: number): ForecastAt =>
      ({ now }) => {
        const day = (now - FROM) / DAY;
        const p50 = day > 4 && day < 6 ? later : 5;
        return { alarmFromDays: p50 <= 7 && day > 2 ? p50 : null, daysLeft: { p10: p50 / 2, p50, p90: p50 } };
      };
    const count = (later: number): number =>
      replay([space(points)], { ...SETTINGS, horizonsDays: [7] }, wavers(later)).alarms[0]?.length ?? 0;
    expect(count(8)).toBe(1);
    expect(count(10)).toBe(2);
  });

  it('counts clocks of a store that fill together once, by the first, and only an alarm of theirs as told', () => {
    const calm = pointsOf(-10, 30, () => 500);
    const filling = pointsOf(-10, 30, (day) => Math.min(1_000, 440 + 40 * day));
    const clocks: Clock[] = [
      space(filling),
      { clock: 'btrfsData', points: filling },
      { clock: 'inodes', points: calm },
    ];
    const { fills, alarms } = replay(clocks);
    expect(fills.map(({ clock }) => clock)).toEqual(['space']);
    expect(alarms[0]).toHaveLength(1);
  });

  it('counts a fill as told by the alarm of the clock that was full, not by another', () => {
    const filling = pointsOf(-10, 30, (day) => Math.min(1_000, 440 + 40 * day));
    const risen = pointsOf(-10, 30, (day) => Math.min(900, 440 + 40 * day));
    const clocks: Clock[] = [space(filling), { clock: 'inodes', points: risen }];
    const replayed = clocks.map((one) => ({
      ...one,
      forecastAt: one.clock === 'inodes' ? straightOn(one.points) : () => null,
    }));
    const { alarms, fills } = ended(replayStore(replayed, SETTINGS));
    expect(alarms[0]).toHaveLength(1);
    expect(fills.map(({ toldHoursBefore }) => toldHoursBefore)).toEqual([[null, null]]);
  });

  it('leaves out a clock that does not stop writes', () => {
    const points = pointsOf(-10, 30, (day) => 500 + day);
    const use = { hours: points, recent: [] };
    const clocks = replayedClocks([
      { clock: 'btrfsData', use, inChunks: null },
      { clock: 'btrfsUnallocated', use, inChunks: null },
    ]);
    expect(clocks.map(({ clock }) => clock)).toEqual(['btrfsData']);
  });

  it('is empty, not wrong, for a store of which nothing was read', () => {
    expect(replay([])).toEqual({ clocks: 0, daysRead: [], fills: [], alarms: [[], []], forecasts: 0 });
    expect(replay([space([])]).daysRead).toEqual([]);
  });

  it('says of the time before a moment the same whatever comes after it', () => {
    const history = fc.array(fc.integer({ min: -60, max: 90 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 19 }), (steps, cutDay) => {
        const level = (day: number): number =>
          Math.max(
            0,
            Math.min(
              1_000,
              steps.slice(0, Math.floor(day) + 21).reduce((sum, step) => sum + step, 300),
            ),
          );
        const points = pointsOf(-20, 40, level);
        const to = FROM + cutDay * DAY;
        const settings = { ...SETTINGS, to, stepHours: 6 };
        const cut = points.filter(({ at }) => at <= to);
        expect(replay([space(points)], settings)).toEqual(replay([space(cut)], settings));
        const longer = replay([space(points)], { ...SETTINGS, stepHours: 6 });
        const raised = (replayed: StoreReplay): unknown =>
          replayed.alarms.map((alarms) =>
            alarms.filter(({ raisedAt }) => raisedAt <= to).map((alarm) => alarm.raisedAt),
          );
        expect(raised(longer)).toEqual(raised(replay([space(cut)], settings)));
      }),
      { numRuns: 25 },
    );
  });

  it('needs no more of the past than it says', () => {
    expect(BEFORE_RANGE_MILLISECONDS).toBe((LEAD_IN_DAYS + 35) * DAY);
  });
});

describe('when it came to be full', () => {
  it('is the first hour at full after room, once in a day; not what was full when first read', () => {
    const used = (day: number): number => (day < 1 || (day > 5 && day < 6) || day > 6.5 ? 1_000 : 900);
    const moments = fullMoments(pointsOf(0, 8, used));
    expect(moments).toHaveLength(1);
    expect(moments[0]).toBeGreaterThan(FROM + 5 * DAY - HOUR);
    expect(moments[0]).toBeLessThan(FROM + 5 * DAY + 2 * HOUR);
  });

  it('is unknown without a capacity', () => {
    expect(fullMoments(pointsOf(0, 3, (day) => (day > 1 ? 10 : 0), 0))).toEqual([]);
  });
});

describe('a moment is left out of a replay', () => {
  const RUNS = 300;
  /** Hours of levels, with a low and a high, gaps, and resizes. */
  const wild = fc
    .record({
      capacity: fc.integer({ min: 100, max: 100_000 }),
      start: fc.double({ min: 0, max: 1, noNaN: true }),
      drift: fc.double({ min: -0.002, max: 0.004, noNaN: true }),
      curve: fc.double({ min: 0, max: 0.000002, noNaN: true }),
      noise: fc.double({ min: 0, max: 0.02, noNaN: true }),
      prune: fc.double({ min: 0, max: 0.3, noNaN: true }),
      shrinkAt: fc.option(fc.integer({ min: 1, max: 800 })),
      gapAt: fc.option(fc.integer({ min: 1, max: 800 })),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    })
    .map(({ capacity, start, drift, curve, noise, prune, shrinkAt, gapAt, seed }) => {
      let state = seed;
      const random = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      };
      const points: UsePoint[] = [];
      for (let hour = 0; hour < 1_000; hour += 1) {
        if (gapAt !== null && hour >= gapAt && hour < gapAt + 60) continue;
        const share = start + drift * hour + curve * hour * hour + noise * random() - (hour % 24) * (prune / 24);
        const own = shrinkAt !== null && hour > shrinkAt ? capacity * 0.8 : capacity;
        const last = Math.max(0, Math.min(own, share * capacity));
        const high = Math.min(own, last + noise * capacity * random());
        points.push({ at: FROM + (hour + random()) * HOUR, low: last, high, last, capacity: own });
      }
      return points;
    });

  it('only when a forecast of it raises no alarm', () => {
    let left = 0;
    fc.assert(
      fc.property(wild, fc.integer({ min: 24, max: 999 }), fc.constantFrom(1, 7, 30), (points, hour, horizonDays) => {
        const settings = { now: FROM + hour * HOUR, horizonDays };
        if (alarmFilter(points)(settings)) return;
        left += 1;
        const hours = points.filter(({ at }) => at <= settings.now && at > settings.now - 840 * HOUR);
        expect(forecastUse({ hours, recent: [] }, settings).alarm).toBe(false);
      }),
      { numRuns: RUNS },
    );
    expect(left).toBeGreaterThan(RUNS / 20);
  });

  it('and not when the room is falling, by use or by capacity, nor when it is full', () => {
    const settings = { now: FROM + 30 * DAY, horizonDays: 7 };
    const mayAlarm = (points: UsePoint[], at: typeof settings): boolean => alarmFilter(points)(at);
    const filling = pointsOf(0, 30, (day) => 500 + 10 * day);
    expect(mayAlarm(filling, settings)).toBe(true);
    const shrinking = pointsOf(0, 30, () => 500).map((point, hour) => ({ ...point, capacity: 1_000 - 0.5 * hour }));
    expect(mayAlarm(shrinking, settings)).toBe(true);
    expect(
      mayAlarm(
        pointsOf(0, 30, () => 1_000),
        settings,
      ),
    ).toBe(true);
    expect(
      mayAlarm(
        pointsOf(0, 30, () => 900),
        settings,
      ),
    ).toBe(false);
    expect(
      mayAlarm(
        pointsOf(0, 30, (day) => 100 + 0.01 * day),
        settings,
      ),
    ).toBe(false);
    expect(mayAlarm([], settings)).toBe(false);
  });
});

describe('a longer horizon', () => {
  it('alarms wherever a shorter one does, which spares a replay most of its forecasts', () => {
    const rising = fc.array(fc.double({ min: -2, max: 6, noNaN: true }), { minLength: 480, maxLength: 480 });
    fc.assert(
      fc.property(rising, (steps) => {
        let used = 300;
        const hours = steps.map((step, hour): UsePoint => {
          used = Math.max(0, Math.min(1_000, used + step * 0.5));
          return { at: FROM + (hour + 1) * HOUR - 1, low: used, high: used, last: used, capacity: 1_000 };
        });
        const alarms = [3, 7, 14, 30].map(
          (horizonDays) => forecastUse({ hours, recent: [] }, { now: FROM + 480 * HOUR, horizonDays }).alarm,
        );
        expect(alarms).toEqual([...alarms].sort());
      }),
      { numRuns: 100 },
    );
  });
});

describe('the result of many stores', () => {
  const place = { hostId: 'a', hostName: 'a', storeKey: 'mount:/', storeName: '/' };

  it('counts all, and keeps the newest rows up to the limit, those of fills and of each horizon', () => {
    const collector = new BacktestCollector({ horizonsDays: [7, 14], stepHours: 1 });
    collector.addHost();
    const daysLeft = { p10: 1, p50: 2, p90: 3 };
    const alarm = (day: number) =>
      ({ clock: 'space', kind: 'false', raisedAt: FROM + day * DAY, clearedAt: null, daysLeft }) as const;
    for (let day = 0; day < 300; day += 1) {
      const fill = {
        clock: 'space' as const,
        fullAt: FROM + day * DAY,
        toldHoursBefore: [day === 0 ? null : day, null],
      };
      collector.addStore(place, {
        clocks: 1,
        daysRead: [day % 9],
        fills: [fill],
        alarms: [[alarm(day)], []],
        forecasts: 1,
      });
    }
    const { fills, horizons, cut, ...rest } = collector.result();
    expect(rest).toEqual({ hosts: 1, clocks: 300, stepHours: 1, daysRead: 9 });
    expect(horizons[0]?.counts).toEqual({ real: 0, averted: 0, open: 0, false: 300 });
    expect(horizons.map(({ missed, medianLeadHours }) => [missed, medianLeadHours])).toEqual([
      [1, 150],
      [300, null],
    ]);
    expect(fills.length + horizons.reduce((sum, { alarms }) => sum + alarms.length, 0)).toBeLessThanOrEqual(
      MAX_BACKTEST_ROWS,
    );
    expect(fills.at(-1)?.fullAt).toBe(new Date(FROM + 299 * DAY).toISOString());
    expect(cut).toBe(600 - fills.length - (horizons[0]?.alarms.length ?? 0));
  });
});

describe('the step of a replay', () => {
  it('is the finest whose forecasts are not too many, and none when all are', () => {
    expect(stepHoursFor({ clocks: 3, days: 90 })).toBe(1);
    expect(stepHoursFor({ clocks: 300, days: 90 })).toBe(2);
    expect(stepHoursFor({ clocks: 10_000, days: 400 })).toBeNull();
    expect(MAX_REPLAYED_FORECASTS).toBe(500_000);
  });
});
