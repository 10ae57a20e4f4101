import { expect, test } from 'vitest';
import { BASELINES } from '../forecast/baselines/index.ts';
import { trendOf } from '../forecast/baselines/theil-sen.ts';
import type { Said, Watch } from '../forecast/detector.ts';
import { HOUR_SECONDS } from '../forecast/family.ts';

const GIB = 2 ** 30;

const started = (name: string): Watch => {
  const detector = BASELINES.find((one) => one.name === name);
  if (!detector) throw new Error(`no ${name}`);
  return detector.start();
};

/** What a detector says at hour `hours`, asked every hour, where used of 100 GiB is `usedAt` hour, read every ten minutes. */
function saidOf(name: string, hours: number, usedAt: (hour: number) => number): Said {
  const watch = started(name);
  let said = watch.say(0);
  for (let minute = 0; minute < hours * 60; minute += 10) {
    watch.see(minute * 60, usedAt(minute / 60) * GIB, 100 * GIB);
    if ((minute + 10) % 60 === 0) said = watch.say(minute * 60 + 600);
  }
  return said;
}

test.each([
  ['over-80', 80, 80.1],
  ['over-90', 90, 90.1],
])('%s alarms above its share, not at it', (name, at, above) => {
  expect(saidOf(name, 2, () => at)).toEqual({ alarm: false, p10: null, p50: null, p90: null });
  expect(saidOf(name, 2, () => above).alarm).toBe(true);
});

test('the mixin alarms when under 40 % are free, and the line of 6 hours is at 0 within 24, for an hour', () => {
  // 3 GiB an hour from 50: at hour 9 it is 77, 23 left, 7.7 hours.
  expect(saidOf('node-exporter-mixin', 9, (hour) => 50 + 3 * hour)).toMatchObject({ alarm: true });
  expect(saidOf('node-exporter-mixin', 9, (hour) => 50 + 3 * hour).p50).toBeCloseTo(23 / 3, 5);
  // 0.5 GiB an hour: 36 hours left at 82.
  expect(saidOf('node-exporter-mixin', 9, (hour) => 77.5 + hour / 2).alarm).toBe(false);
  // 5 GiB an hour from 0: 50 % are free.
  expect(saidOf('node-exporter-mixin', 10, (hour) => 5 * hour).alarm).toBe(false);
});

test('the mixin waits for an hour', () => {
  const watch = started('node-exporter-mixin');
  const see = (hour: number): void => watch.see(hour * HOUR_SECONDS - 1, (60 + 5 * hour) * GIB, 100 * GIB);
  for (const hour of [1, 2]) see(hour);
  expect(watch.say(2 * HOUR_SECONDS).alarm).toBe(false);
  see(3);
  expect(watch.say(3 * HOUR_SECONDS).alarm).toBe(true);
});

test('predict_linear of a day alarms within 72 hours', () => {
  // 1 GiB an hour from 0: at hour 30, 70 left.
  expect(saidOf('predict-linear-24h', 30, (hour) => hour).p50).toBeCloseTo(70, 5);
  expect(saidOf('predict-linear-24h', 30, (hour) => hour).alarm).toBe(true);
  expect(saidOf('predict-linear-24h', 27, (hour) => hour).alarm).toBe(false);
});

test('Netdata takes the lowest free 60 to 50 minutes ago, alarms under 8 hours and clears over 48', () => {
  const watch = started('netdata');
  const see = (minute: number, used: number): void => watch.see(minute * 60, used * GIB, 100 * GIB);
  see(0, 40);
  see(5, 45);
  see(20, 10);
  see(59, 60);
  // Lowest free of minute 0 … 10 is 55, now 40: 15 an hour, 40 ÷ 15.
  expect(watch.say(HOUR_SECONDS)).toMatchObject({ alarm: true, p50: 40 / 15 });
  // 1 an hour: 39 hours are neither.
  see(61, 60);
  see(119, 61);
  expect(watch.say(2 * HOUR_SECONDS)).toMatchObject({ alarm: true, p50: 39 });
  see(179, 61);
  expect(watch.say(3 * HOUR_SECONDS)).toMatchObject({ alarm: false, p50: null });
});

test('Checkmk weighs an old rate by half after 24 hours', () => {
  const watch = started('checkmk-trend');
  watch.see(0, 0, 100);
  watch.see(24 * HOUR_SECONDS, 24, 100);
  // 1 an hour for a day, then 2 an hour for a day: 1.5; 28 left.
  watch.see(48 * HOUR_SECONDS, 72, 100);
  expect(watch.say(48 * HOUR_SECONDS)).toEqual({ alarm: true, p10: null, p50: 28 / 1.5, p90: null });
});

test.each([
  ['zabbix-timeleft-1h', 2],
  ['zabbix-timeleft-1d', 30],
])('%s fits a line and alarms within 7 days', (name, hours) => {
  expect(saidOf(name, hours, (hour) => 50 + hour / 10).p50).toBeCloseTo((50 - hours / 10) / 0.1, 3);
  expect(saidOf(name, hours, (hour) => 90 + hour / 10).alarm).toBe(true);
  expect(saidOf(name, hours, (hour) => 10 + hour / 10).alarm).toBe(false);
});

test('Zabbix’s last hour forgets what was before it', () => {
  expect(saidOf('zabbix-timeleft-1h', 5, (hour) => (hour < 3 ? 20 * hour : 60)).p50).toBeNull();
});

test('the best window finds the line after a bend, and says nothing of a cloud', () => {
  // Flat for 5 days, then 0.5 an hour for 4: at hour 216 it is 48 above 20.
  const bent = saidOf('best-r2-window', 216, (hour) => 20 + Math.max(0, hour - 120) / 2);
  expect(bent.p50).toBeCloseTo(64, 0);
  expect(bent.alarm).toBe(true);
  expect(saidOf('best-r2-window', 216, (hour) => 50 + 10 * Math.sin(hour * 1.7))).toMatchObject({ p50: null });
  expect(saidOf('best-r2-window', 216, () => 50)).toMatchObject({ alarm: false, p50: null });
});

test('Theil–Sen takes the median slope and its interval', () => {
  // Slopes of 0, 1, 2, 30: 1, 1, 1, 10, 14.5, 28.
  const trend = trendOf([0, 1, 2, 30].map((used, slot) => ({ slot, used })));
  expect(trend.mid).toBe((1 + 10) / 2);
  // S = 6 of 4 points: (6 − 1) ÷ √(4 · 3 · 13 ÷ 18).
  expect(trend.z).toBeCloseTo(5 / Math.sqrt(156 / 18));
  expect(trend.low).toBeLessThanOrEqual(trend.mid);
  expect(trend.high).toBeGreaterThanOrEqual(trend.mid);
});

test('Theil–Sen over 7 days is right about a line, and says nothing of none', () => {
  const said = saidOf('theil-sen-7d', 180, (hour) => 50 + hour / 5);
  expect(said.p50).toBeGreaterThan(69);
  expect(said.p50).toBeLessThan(71);
  expect(said.alarm).toBe(true);
  expect(saidOf('theil-sen-7d', 180, (hour) => 80 - hour / 5)).toMatchObject({ alarm: false, p50: null });
  expect(saidOf('theil-sen-7d', 30, (hour) => 50 + hour)).toMatchObject({ alarm: false, p50: null });
});

test.each(BASELINES.map(({ name }) => name))('%s says nothing before anything was read', (name) => {
  expect(started(name).say(0)).toEqual({ alarm: false, p10: null, p50: null, p90: null });
});

test.each(BASELINES.map(({ name }) => name))(
  '%s takes a resource that is full, and fuller than it is large',
  (name) => {
    for (const used of [100, 101]) {
      const said = saidOf(name, 100, () => used);
      for (const hours of [said.p10, said.p50, said.p90]) expect(hours ?? 0).toBeGreaterThanOrEqual(0);
    }
  },
);
