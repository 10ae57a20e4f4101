import type { Sql } from '@silt/db';
import { createLogger } from '@silt/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChangeNotifier, NOTIFY_INTERVAL_MILLISECONDS } from '../../src/ingest/change-notifier.ts';

process.env.LOG_LEVEL = 'silent';

const told = vi.hoisted(() => ({ changes: [] as [string, readonly string[]][][], fails: false }));

vi.mock('@silt/db', () => ({
  async notifyChanges(_sql: Sql, changes: ReadonlyMap<string, readonly string[]>) {
    if (told.fails) throw new Error('away');
    told.changes.push([...changes]);
  },
}));

const hosts = (...names: string[]) => names.map((hostPublicId) => ({ organisationId: 'home', hostPublicId }));
let notifier: ChangeNotifier;

beforeEach(() => {
  vi.useFakeTimers();
  told.changes = [];
  told.fails = false;
  notifier = new ChangeNotifier({} as Sql, createLogger('test'));
});
afterEach(() => vi.useRealTimers());

test('the first change is told at once, the next ones together a second later, each host once', () => {
  notifier.add(hosts('a'));
  expect(told.changes).toEqual([[['home', ['a']]]]);
  notifier.add(hosts('b', 'c'));
  notifier.add([...hosts('b'), { organisationId: 'away', hostPublicId: 'd' }]);
  vi.advanceTimersByTime(NOTIFY_INTERVAL_MILLISECONDS - 1);
  expect(told.changes).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(told.changes.slice(1)).toEqual([
    [
      ['home', ['b', 'c']],
      ['away', ['d']],
    ],
  ]);
});

test('after a quiet second a change is told at once again', () => {
  notifier.add(hosts('a'));
  vi.advanceTimersByTime(NOTIFY_INTERVAL_MILLISECONDS);
  notifier.add(hosts('b'));
  expect(told.changes).toHaveLength(2);
});

test('what waits is told before it closes', async () => {
  notifier.add(hosts('a'));
  notifier.add(hosts('b'));
  await notifier.close();
  expect(told.changes).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('a NOTIFY that fails stops nothing', async () => {
  told.fails = true;
  notifier.add(hosts('a'));
  await vi.advanceTimersByTimeAsync(NOTIFY_INTERVAL_MILLISECONDS);
  told.fails = false;
  notifier.add(hosts('b'));
  expect(told.changes).toEqual([[['home', ['b']]]]);
});
