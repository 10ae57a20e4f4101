import {
  claimBacktest,
  finishBacktest,
  listenForBacktests,
  openDatabase,
  releaseBacktest,
  type Sql,
  writeBacktestProgress,
} from '@silt/db';
import { BACKTEST_FAILURES, type BacktestRequest, type BacktestView } from '@silt/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import {
  BACKTEST_SILENCE_MILLISECONDS,
  expireBacktests,
  MAX_BACKTEST_TRIES,
  runNextBacktest,
} from '../../src/derive/run-backtest.ts';
import { MAX_UNFINISHED_BACKTESTS, openBacktestServices } from '../../src/web/backtests.ts';
import type { Actor } from '../../src/web-services.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  DAY_MILLISECONDS,
  HOUR_MILLISECONDS,
  SPACE,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

const ROOT = 'mount:/';
const GIB = 2 ** 30;
const DAY = Date.parse('2026-03-01T00:00:00Z');
const DAYS = 60;
/** When the disk that fills is full: 60 % at the beginning, and 1 % a day from then on. */
const FULL_DAY = 40;
const NOW = new Date(DAY + DAYS * DAY_MILLISECONDS);
const RUNNING = new AbortController().signal;

let fleet: TestFleet;
let web: Sql;
let worker: Sql;
let ours: Actor;
let theirs: Actor;
let filling: TestHost;
let calm: TestHost;
let foreign: TestHost;

const actorOf = (organisationId: string): Actor => ({ organisationId, userId: 'someone', role: 'member' });

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  web = openDatabase(fleet.urls.silt_web, { applicationName: 'test', max: 4 });
  worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 4 });
  ours = actorOf(await addOrganisation(fleet.owner, 'Ours'));
  theirs = actorOf(await addOrganisation(fleet.owner, 'Theirs'));
  filling = await addDisk(ours, 'filling', (day) => Math.min(1, 0.6 + 0.01 * day));
  calm = await addDisk(ours, 'calm', () => 0.5);
  foreign = await addDisk(theirs, 'foreign', (day) => Math.min(1, 0.6 + 0.01 * day));
  await fleet.owner`UPDATE host SET tags = '{ci}' WHERE id = ${filling.id}`;
}, 60_000);
afterAll(async () => {
  await Promise.all([web.end(), worker.end()]);
  await fleet.drop();
});
beforeEach(() => fleet.owner`DELETE FROM backtest`);

/** A disk of 100 GiB, read each hour. */
async function addDisk({ organisationId }: Actor, name: string, fill: (day: number) => number): Promise<TestHost> {
  const host = await addHost(fleet.owner, organisationId, name);
  await addLayout(fleet.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
  const samples = Array.from({ length: DAYS * 24 }, (_, hour) => ({
    at: new Date(DAY + hour * HOUR_MILLISECONDS + 1_800_000),
    readings: [Math.round(fill(hour / 24) * 100 * GIB), 100 * GIB],
  }));
  await addSamples(fleet.owner, host, samples);
  return host;
}

const { start, get } = openBacktestServices((call) => call({ sql: web, now: NOW }));
const run = (options: { signal?: AbortSignal; now?: () => Date } = {}) =>
  runNextBacktest(worker, { signal: RUNNING, now: () => NOW, ...options });

const requestOf = (request: Partial<BacktestRequest>): BacktestRequest => ({
  ...{ hostId: null, storeKey: null, tag: null, horizonsDays: [7, 14] },
  ...{ from: new Date(DAY + 20 * DAY_MILLISECONDS).toISOString(), to: NOW.toISOString() },
  ...request,
});

async function replayed(actor: Actor, request: BacktestRequest): Promise<BacktestView> {
  const { backtestId } = await start(actor, request);
  await run();
  return get(actor.organisationId, backtestId);
}

describe('a replay', () => {
  test('goes from waiting to done, and tells what was full, of one store', async () => {
    const { backtestId } = await start(ours, requestOf({ hostId: filling.publicId, storeKey: ROOT }));
    expect(await get(ours.organisationId, backtestId)).toMatchObject({
      state: 'waiting',
      result: null,
      hostsTotal: null,
    });
    expect(await run()).toMatchObject({ backtestId, outcome: 'done', hosts: 1 });
    const { state, result, hostsDone, hostsTotal, failure } = await get(ours.organisationId, backtestId);
    expect({ state, hostsDone, hostsTotal, failure }).toEqual({
      state: 'done',
      hostsDone: 1,
      hostsTotal: 1,
      failure: null,
    });
    expect(result).toMatchObject({ hosts: 1, clocks: 1, stepHours: 1, daysRead: 40, cut: 0 });
    expect(result?.fills).toHaveLength(1);
    const [fill] = result?.fills ?? [];
    expect(fill).toMatchObject({ hostId: filling.publicId, hostName: 'filling', storeKey: ROOT, clock: 'space' });
    const fullAt = DAY + FULL_DAY * DAY_MILLISECONDS;
    expect(Math.abs(Date.parse(fill?.fullAt ?? '') - fullAt)).toBeLessThan(4 * HOUR_MILLISECONDS);
    expect(result?.horizons.map(({ horizonDays }) => horizonDays)).toEqual([7, 14]);
    // A straight line is known days before, and sooner the further one looks ahead.
    const [seven, fourteen] = fill?.toldHoursBefore ?? [];
    expect(seven).toBeGreaterThan(48);
    expect(fourteen).toBeGreaterThan(seven ?? 0);
    expect(result?.horizons.map(({ counts }) => counts.real)).toEqual([1, 1]);
  });

  test('is of all hosts of the organisation, or those of a tag, and never of another organisation', async () => {
    expect((await replayed(ours, requestOf({}))).result).toMatchObject({ hosts: 2, clocks: 2 });
    expect((await replayed(ours, requestOf({ tag: 'ci' }))).result).toMatchObject({ hosts: 1, clocks: 1 });
    expect((await replayed(ours, requestOf({ tag: 'nobody' }))).result).toMatchObject({ hosts: 0, daysRead: 0 });
  });

  test('says of a range from before all history that nothing was read', async () => {
    const [from, to] = ['2024-03-01T00:00:00.000Z', '2024-04-01T00:00:00.000Z'];
    const { state, result } = await replayed(ours, requestOf({ hostId: calm.publicId, from, to }));
    expect({ state, result }).toMatchObject({ state: 'done', result: { hosts: 1, daysRead: 0, fills: [] } });
  });

  test('that takes too long fails with a sentence', async () => {
    const { backtestId } = await start(ours, requestOf({}));
    let minutes = 0;
    const now = (): Date => {
      minutes += 6;
      return new Date(NOW.getTime() + minutes * 60_000);
    };
    expect(await run({ now })).toMatchObject({ outcome: 'too-long' });
    expect(await get(ours.organisationId, backtestId)).toMatchObject({
      ...{ state: 'failed', failure: BACKTEST_FAILURES['too-long'], result: null },
    });
  });

  test('goes back to those that wait when its worker stops, and is no try', async () => {
    const { backtestId } = await start(ours, requestOf({}));
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({ outcome: 'released' });
    expect(await get(ours.organisationId, backtestId)).toMatchObject({ state: 'waiting', hostsDone: 0 });
    expect(await run()).toMatchObject({ backtestId, outcome: 'done' });
  });

  test('whose worker died is taken over after a while, three times at most, and fails then with a sentence', async () => {
    const { backtestId } = await start(ours, requestOf({}));
    for (let tries = 1; tries <= MAX_BACKTEST_TRIES; tries += 1) {
      await fleet.owner`
        UPDATE backtest SET started_at = ${NOW}, progress_at = ${NOW}, tries = ${tries} WHERE id = ${backtestId}`;
      expect(await run()).toBeNull();
      const later = new Date(NOW.getTime() + BACKTEST_SILENCE_MILLISECONDS + 1);
      if (tries < MAX_BACKTEST_TRIES) {
        expect(await run({ now: () => later, signal: AbortSignal.abort() })).toMatchObject({ backtestId });
      } else {
        expect(await run({ now: () => later })).toBeNull();
      }
    }
    expect(await get(ours.organisationId, backtestId)).toMatchObject({
      state: 'failed',
      failure: BACKTEST_FAILURES.lost,
    });
  });

  test("that another worker took over is that one's alone to go on with and to end", async () => {
    const { backtestId } = await start(ours, requestOf({}));
    const claim = (silentSince: Date) => claimBacktest(worker, { now: NOW, silentSince, maxTries: MAX_BACKTEST_TRIES });
    const first = await claim(NOW);
    const second = await claim(new Date(NOW.getTime() + 1));
    if (!first || !second) throw new Error('both must have it');
    const progress = { hostsDone: 1, hostsTotal: 2 };
    expect(await writeBacktestProgress(worker, first, progress, NOW)).toBe(false);
    await finishBacktest(worker, first, { failure: 'late' }, NOW);
    await releaseBacktest(worker, first);
    expect(await writeBacktestProgress(worker, second, progress, NOW)).toBe(true);
    const view = await get(ours.organisationId, backtestId);
    expect(view).toMatchObject({ state: 'running', ...progress, failure: null });
  });

  test('is given to one of several workers', async () => {
    const { backtestId } = await start(ours, requestOf({ hostId: calm.publicId }));
    const runs = await Promise.all([run(), run(), run()]);
    expect(runs.filter((one) => one !== null)).toMatchObject([{ backtestId, outcome: 'done' }]);
  });

  test('is deleted after a week', async () => {
    const { backtestId } = await replayed(ours, requestOf({ hostId: calm.publicId }));
    const [row] = await fleet.owner<[{ at: Date }]>`SELECT created_at AS at FROM backtest`;
    expect(await expireBacktests(worker, new Date(row.at.getTime() + 6 * DAY_MILLISECONDS))).toBe(0);
    expect(await expireBacktests(worker, new Date(row.at.getTime() + 8 * DAY_MILLISECONDS))).toBe(1);
    await expect(get(ours.organisationId, backtestId)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('asking for a replay', () => {
  test('tells the worker of it', async () => {
    const listener = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 1 });
    const onAsked = vi.fn();
    listenForBacktests(listener, onAsked);
    await vi.waitFor(() => expect(onAsked).toHaveBeenCalledTimes(1));
    await start(ours, requestOf({}));
    await vi.waitFor(() => expect(onAsked).toHaveBeenCalledTimes(2));
    await listener.end();
  });

  test('of a host, a store or a replay of another organisation, or of none, is not found', async () => {
    for (const hostId of [foreign.publicId, '00000000-0000-4000-8000-000000000000', 'no id'])
      await expect(start(ours, requestOf({ hostId }))).rejects.toMatchObject({ code: 'not-found' });
    const storeKey = 'mount:/nowhere';
    await expect(start(ours, requestOf({ hostId: calm.publicId, storeKey }))).rejects.toMatchObject({
      code: 'not-found',
    });
    const { backtestId } = await start(theirs, requestOf({}));
    for (const id of [backtestId, 'no id'])
      await expect(get(ours.organisationId, id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await fleet.owner`SELECT 1 FROM backtest`).toHaveLength(1);
  });

  test('with what makes no sense is refused with a sentence, and leaves nothing', async () => {
    const at = (day: number): string => new Date(DAY + day * DAY_MILLISECONDS).toISOString();
    const bad: Partial<BacktestRequest>[] = [
      { from: at(3), to: at(3) },
      { from: at(4), to: at(3) },
      { from: at(-500), to: at(3) },
      { from: at(3), to: at(DAYS + 1) },
      { from: 'yesterday' },
      { horizonsDays: [] },
      { horizonsDays: [7, 7] },
      { horizonsDays: [0] },
      { horizonsDays: [61] },
      { horizonsDays: [Number.NaN] },
      { horizonsDays: [1, 2, 3, 4, 5] },
      { storeKey: ROOT },
      { tag: 'no tag!' },
      { tag: 'ci', hostId: calm.publicId },
    ];
    for (const one of bad)
      await expect(start(ours, requestOf(one)), JSON.stringify(one)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await fleet.owner`SELECT 1 FROM backtest`).toHaveLength(0);
  });

  test('again gives the one that is there, unless it failed', async () => {
    const request = requestOf({ hostId: calm.publicId });
    const { backtestId } = await start(ours, request);
    expect(await start(ours, request)).toEqual({ backtestId });
    await run();
    const soon = openBacktestServices((call) => call({ sql: web, now: new Date() }));
    expect(await soon.start(ours, request)).toEqual({ backtestId });
    await fleet.owner`UPDATE backtest SET failure = 'x'`;
    expect((await soon.start(ours, request)).backtestId).not.toBe(backtestId);
  });

  test('is refused while many of the organisation wait, and of no other', async () => {
    for (let horizon = 1; horizon <= MAX_UNFINISHED_BACKTESTS; horizon += 1)
      await start(ours, requestOf({ horizonsDays: [horizon] }));
    await expect(start(ours, requestOf({ horizonsDays: [30] }))).rejects.toMatchObject({ code: 'too-many-requests' });
    await expect(start(theirs, requestOf({}))).resolves.toBeDefined();
    await run();
    await expect(start(ours, requestOf({ horizonsDays: [30] }))).resolves.toBeDefined();
  });
});
