import type { Sql, SurveyRow } from '@silt/db';
import type { Inventory } from '@silt/domain';
import { createLogger } from '@silt/runtime';
import { beforeEach, expect, test, vi } from 'vitest';
import { MAX_WAITING_SURVEY_BYTES, SurveyKeeper } from '../../src/ingest/survey-keeper.ts';

process.env.LOG_LEVEL = 'silent';

/** Stands for the database: fails and waits as the test says. */
const database = vi.hoisted(() => ({
  calls: [] as string[][],
  stored: new Map<number, Buffer>(),
  before: async (_rows: readonly SurveyRow[]): Promise<void> => {},
}));

vi.mock('@silt/db', () => ({
  /** As text that cannot be made smaller. */
  packSurvey: async (json: Buffer): Promise<Buffer> => json,
  async storeSurveys(_sql: Sql, rows: readonly SurveyRow[]): Promise<void> {
    database.calls.push(rows.map(({ hostId, observedAt }) => `${hostId}@${observedAt.getTime()}`));
    await database.before(rows);
    for (const { hostId, body } of rows) database.stored.set(hostId, body);
  },
}));

class Fault extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
const FOREIGN_KEY = '23503';
const AWAY = 'ECONNREFUSED';

const logger = createLogger('test');
const warned = vi.spyOn(logger, 'warn');
let keeper: SurveyKeeper;

beforeEach(() => {
  database.calls = [];
  database.stored.clear();
  database.before = async () => {};
  warned.mockClear();
  keeper = new SurveyKeeper({ sql: {} as Sql, logger });
});

const inventoryOf = (takenAt: string): Inventory => ({
  ...{ takenAt, devices: null, btrfs: [], thin: null, docker: null, dataRoots: [], containerdRoots: [] },
  ...{ mounts: null, leaks: null, layerSpaces: null, maxUserNamespaces: null, btrfsMaintenance: null, probes: [] },
});
/** `at`: milliseconds since the epoch, when it was observed. */
const keep = (hostId: number, at: number, takenAt = `${at}`): void => {
  const inventory = inventoryOf(takenAt);
  keeper.keep({ hostId, organisationId: 'home', observedAt: new Date(at), receivedAt: new Date(at), inventory });
};
const stored = (hostId: number): string => {
  const body = database.stored.get(hostId);
  return body === undefined ? 'nothing' : JSON.parse(body.toString()).takenAt;
};
/** A database that does not answer until it is told to. */
function stopDatabase(): () => void {
  let go = () => {};
  const stopped = new Promise<void>((resolve) => {
    go = resolve;
  });
  database.before = () => stopped;
  return go;
}
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 5_000, interval: 1 });
test('each is stored, and nothing waits afterwards', async () => {
  keep(1, 10);
  keep(2, 20);
  await keeper.close();
  expect([stored(1), stored(2), keeper.waitingBytes]).toEqual(['10', '20', 0]);
});

test('while one is being stored, of each host the newest waits, whatever the order of arrival', async () => {
  const go = stopDatabase();
  keep(9, 1);
  await until(() => database.calls.length === 1);
  for (const at of [10, 30, 20]) keep(1, at);
  keep(2, 5);
  await new Promise((resolve) => setTimeout(resolve, 20));
  go();
  await keeper.close();
  expect([stored(1), stored(2)]).toEqual(['30', '5']);
  expect(database.calls.length).toBe(2);
});

test('many are stored a few at a time', async () => {
  const go = stopDatabase();
  keep(1_000, 1);
  await until(() => database.calls.length === 1);
  for (let hostId = 1; hostId <= 40; hostId += 1) keep(hostId, 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  go();
  await keeper.close();
  expect(database.calls.map(({ length }) => length)).toEqual([1, 16, 16, 8]);
});

test('while the database is away they wait, a newer one takes the place of one that failed, and then all are stored', async () => {
  let isAway = true;
  database.before = async () => {
    if (isAway) throw new Fault(AWAY);
  };
  keep(1, 10);
  keep(2, 10);
  await until(() => database.calls.length === 2);
  keep(1, 20);
  await until(() => database.calls.length === 3);
  isAway = false;
  await until(() => database.stored.size === 2);
  expect([stored(1), stored(2)]).toEqual(['20', '10']);
  await keeper.close();
  expect(keeper.waitingBytes).toBe(0);
});

test('one that the database refuses for what it holds is left out, and the others of its statement are stored', async () => {
  database.before = async (rows) => {
    if (rows.some(({ hostId }) => hostId === 2)) throw new Fault(FOREIGN_KEY);
  };
  for (const hostId of [1, 2, 3]) keep(hostId, 1);
  await keeper.close();
  expect([stored(1), stored(2), stored(3)]).toEqual(['1', 'nothing', '1']);
  expect(warned).toHaveBeenCalledTimes(1);
});

test('what waits keeps its bound while the database does not answer; what comes beyond is dropped and told once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const go = stopDatabase();
  const large = 'x'.repeat(4_000_000);
  for (let hostId = 1; hostId <= 60; hostId += 1) {
    keep(hostId, 1, large);
    expect(keeper.waitingBytes).toBeLessThanOrEqual(MAX_WAITING_SURVEY_BYTES);
    // As they are when they are compressed one after the other.
    if (hostId % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(warned).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  expect(warned.mock.calls).toEqual([[{ dropped: expect.any(Number) }, expect.stringContaining('dropped')]]);
  const [told] = warned.mock.calls as unknown as [[{ dropped: number }]];
  const [{ dropped }] = told;
  expect(dropped).toBeGreaterThan(0);
  go();
  await keeper.close();
  expect(database.stored.size).toBe(60 - dropped);
  expect(keeper.waitingBytes).toBe(0);
});

test('a close while the database is away gives up', async () => {
  database.before = async () => {
    throw new Fault(AWAY);
  };
  keep(1, 1);
  await until(() => database.calls.length === 1);
  await keeper.close();
  expect(stored(1)).toBe('nothing');
});
