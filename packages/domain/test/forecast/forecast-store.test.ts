import { beforeEach, expect, test, vi } from 'vitest';
import { forecastUse } from '../../src/forecast/forecast-use.ts';
import { type Forecast, forecastStore, type StoreClocks, type UseHistory, type UsePoint } from '../../src/index.ts';

vi.mock('../../src/forecast/forecast-use.ts');

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 21, 12);
const SETTINGS = { now: NOW, horizonDays: 7 };

/** Points of the hours up to `NOW` and one later; `used` is the place. */
const hours = (count: number, capacity = 1_000): UsePoint[] =>
  Array.from({ length: count + 1 }, (_, place) => {
    const at = NOW - (count - 1 - place) * HOUR;
    return { at, low: place, high: place, last: place, capacity };
  });
const historyOf = (points: readonly UsePoint[], recent: readonly UsePoint[] = []): UseHistory => ({
  hours: points,
  recent,
});

const STEADY: Forecast = {
  ...{
    verdict: 'steady',
    daysLeft: null,
    slopePerDay: null,
    since: null,
    alarmFromDays: null,
    alarm: false,
    reason: 'no-growth',
  },
  window: null,
};
const filling = (p50: number): Forecast => ({
  ...STEADY,
  ...{ verdict: 'filling', reason: 'trend', daysLeft: { p10: p50 / 2, p50, p90: null } },
});

/** By capacity, which stands for the clock. */
const answers = new Map<number | undefined, Forecast>();
beforeEach(() => {
  answers.clear();
  vi.mocked(forecastUse).mockReset();
  vi.mocked(forecastUse).mockImplementation((history) => answers.get(history.hours.at(-1)?.capacity) ?? STEADY);
});

const asked = (): UseHistory[] => vi.mocked(forecastUse).mock.calls.map(([history]) => history);

test('looks at nothing later than now, and no further back than a forecast does', () => {
  const slot = (minutes: number) => ({ ...(hours(1)[0] as UsePoint), at: NOW + minutes * 60_000 });
  const recent = [slot(-13 * 60), slot(-10), slot(0), slot(10)];
  const clocks: StoreClocks = [{ clock: 'space', use: historyOf(hours(900), recent), inChunks: null }];
  const { clocks: told } = forecastStore(clocks, SETTINGS);
  expect(asked()[0]?.hours.length).toBe(840);
  expect(asked()[0]?.hours.at(-1)?.at).toBe(NOW);
  expect(asked()[0]?.recent).toEqual(recent.slice(1, 3));
  expect(told[0]).toMatchObject({ clock: 'space', stops: true, used: 899, capacity: 1_000 });
});

test('leaves out a clock that was not read before now', () => {
  const clocks: StoreClocks = [{ clock: 'space', use: historyOf(hours(5)), inChunks: null }];
  expect(forecastStore(clocks, { ...SETTINGS, now: NOW - 30 * DAY })).toEqual({ clocks: [], earliest: null });
});

test('tells no amounts when it is too short', () => {
  answers.set(1_000, { ...STEADY, verdict: 'too-short', reason: 'few-days' });
  const clocks: StoreClocks = [{ clock: 'space', use: historyOf(hours(5)), inChunks: null }];
  expect(forecastStore(clocks, SETTINGS).clocks[0]).toMatchObject({ used: null, capacity: null });
});

test('the earliest is of those that stop writes and have a date', () => {
  answers.set(1, filling(9)).set(2, filling(4)).set(3, filling(1)).set(4, STEADY);
  const clocks: StoreClocks = [
    { clock: 'inodes', use: historyOf(hours(5, 4)), inChunks: null },
    { clock: 'btrfsData', use: historyOf(hours(5, 1)), inChunks: null },
    { clock: 'btrfsMetadata', use: historyOf(hours(5, 2)), inChunks: null },
    { clock: 'btrfsUnallocated', use: historyOf(hours(5, 3)), inChunks: null },
  ];
  const { earliest, clocks: told } = forecastStore(clocks, SETTINGS);
  expect(earliest).toEqual({ clock: 'btrfsMetadata', daysLeft: { p10: 2, p50: 4, p90: null } });
  expect(told.map(({ clock }) => clock)).toEqual(clocks.map(({ clock }) => clock));
  expect(forecastStore(clocks.slice(0, 1), SETTINGS).earliest).toBeNull();
});

test('what is full is the earliest', () => {
  answers.set(1, filling(0.5));
  answers.set(2, { ...STEADY, verdict: 'full', reason: 'at-capacity', daysLeft: { p10: 0, p50: 0, p90: 0 } });
  const clocks: StoreClocks = [
    { clock: 'poolData', use: historyOf(hours(5, 1)), inChunks: null },
    { clock: 'poolMetadata', use: historyOf(hours(5, 2)), inChunks: null },
  ];
  expect(forecastStore(clocks, SETTINGS).earliest?.clock).toBe('poolMetadata');
});

test('metadata that does not grow has no date while data takes what is unallocated', () => {
  answers.set(1, filling(3)).set(2, STEADY);
  const clocks: StoreClocks = [
    { clock: 'btrfsMetadata', use: historyOf(hours(5, 1)), inChunks: historyOf(hours(5, 2)) },
  ];
  expect(forecastStore(clocks, SETTINGS)).toMatchObject({
    earliest: null,
    clocks: [{ verdict: 'steady', capacity: 1 }],
  });
  answers.set(2, filling(8));
  expect(forecastStore(clocks, SETTINGS).earliest?.daysLeft.p50).toBe(8);
});

test('does not look into the chunks when there is no date to be later than', () => {
  const clocks: StoreClocks = [{ clock: 'btrfsData', use: historyOf(hours(5)), inChunks: historyOf(hours(5, 2)) }];
  forecastStore(clocks, SETTINGS);
  expect(asked().length).toBe(1);
});
