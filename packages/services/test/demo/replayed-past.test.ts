import type { ForecastRecord } from '@silt/db';
import type { Snapshot } from '@silt/domain';
import { expect, test } from 'vitest';
import { type HostPast, pastAt } from '../../src/demo/replayed-past.ts';
import { DAY_MILLISECONDS, HOUR_MILLISECONDS, SPACE, storeOf } from '../fleet-rows.ts';

const NOW = Date.parse('2026-03-15T12:00:00Z');
const ROOT = 'mount:/';
const daysAgo = (days: number): number => NOW - days * DAY_MILLISECONDS;

const beatAt = (days: number, used: number | null) => ({
  at: daysAgo(days),
  snapshot: {
    ...{ takenAt: new Date(daysAgo(days)).toISOString(), bootId: 'boot', uptimeMilliseconds: 1, probes: [] },
    layout: { stores: [storeOf(ROOT, '/')], daemons: [], entries: SPACE(ROOT) },
    readings: [used, 1_000],
  } satisfies Snapshot,
});

const forecastAt = (days: number, confirmedDays: number, more: Partial<ForecastRecord> = {}): ForecastRecord => ({
  ...{ hostId: 1, storeKey: ROOT, clock: 'space', madeAt: new Date(daysAgo(days)) },
  ...{ confirmedAt: new Date(daysAgo(confirmedDays)), verdict: 'filling', reason: 'trend', alarm: true },
  ...{ horizonDays: 30, daysLeft: { p10: 4, p50: 5, p90: 6 }, slopePerDay: null, used: 1, capacity: 2 },
  ...{ since: null, window: null, score: null, ...more },
});

const at = (past: Partial<HostPast>, now = NOW) =>
  pastAt({ items: new Map(), forecasts: [], beats: [], ...past }, { now, findings: [] });

test('items are as old as they were then, and one that came later was never seen', () => {
  const states = [
    { from: daysAgo(9), to: daysAgo(5) },
    { from: daysAgo(3), to: null },
  ];
  const items = new Map([['volume', { firstSeenAt: daysAgo(9), states }]]);
  expect([10, 6, 4, 0].map((days) => at({ items }, daysAgo(days)).firstSeenAt('volume'))).toEqual([
    null,
    ...[9, 9, 9].map(daysAgo),
  ]);
  expect([10, 6, 5, 4, 3, 0].map((days) => at({ items }, daysAgo(days)).stateSince('volume'))).toEqual([
    ...[null, daysAgo(9), null, null, daysAgo(3), daysAgo(3)],
  ]);
  expect(at({ items }).firstSeenAt('another')).toBeNull();
});

test('growth and the value a day ago are of the days before then, and not of what was not read', () => {
  const beats = [8, 7, 6, 5, 4, 3, 2, 1, 0, -1].map((days) => beatAt(days, days === 1 ? null : 800 - 100 * days));
  expect(at({ beats }).growthPerDay(ROOT, 'usedBytes')).toBeCloseTo(100);
  expect(at({ beats }).valueADayAgo(ROOT, 'usedBytes')).toBe(600);
  expect(at({ beats }, daysAgo(6)).growthPerDay(ROOT, 'usedBytes')).toBeNull();
  expect(at({ beats }, daysAgo(8)).valueADayAgo(ROOT, 'usedBytes')).toBeNull();
  expect(at({ beats }).growthPerDay(ROOT, 'usedInodes')).toBeNull();
});

test("a forecast holds until the next day's, with the days that were left then", () => {
  const forecasts = [forecastAt(3, 2), forecastAt(1, 0, { daysLeft: { p10: 8, p50: 9, p90: null } })];
  const saidAt = (days: number) => at({ forecasts }, daysAgo(days)).forecasts.get(ROOT)?.earliest?.daysLeft.p50;
  expect(saidAt(4)).toBeUndefined();
  expect(saidAt(2.5)).toBe(4.5);
  expect(saidAt(1.25)).toBe(3.25);
  expect(saidAt(0)).toBe(8);
  const over = new Date(daysAgo(-1) + HOUR_MILLISECONDS).getTime();
  expect(at({ forecasts }, over).forecasts.size).toBe(0);
});
