import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, readSurveys, type Sql, type StoredSurvey } from '@silt/db';
import type { Inventory } from '@silt/domain';
import { MIN_SURVEY_INTERVAL_MILLISECONDS } from '@silt/wire';
import { CollectorClient } from '@silt/wire/client';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { SURVEY_BURST } from '../src/survey-taker.ts';
import { addHosts, GOLDEN_SURVEY, storedSequences, TestCollector, type TestHost } from './test-collector.ts';
import { eventsOf, PATIENT, startTestServer, type TestServer } from './test-gateway.ts';

const INVENTORY = GOLDEN_SURVEY.inventory as Inventory;

let server: TestServer;
let owner: Sql;
let worker: Sql;
let host: TestHost;
let stream: string;

beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
  owner = server.owner;
  worker = openDatabase(server.database.urls.silt_worker, { applicationName: 'test', max: 1 });
});
afterAll(async () => {
  await worker.end();
  await server.end();
});
beforeEach(async () => {
  [host] = (await addHosts(owner, 1)) as [TestHost];
  stream = randomUUID();
});

const open = (hello: Parameters<typeof TestCollector.open>[2] = {}) =>
  TestCollector.open(server.gateway.port, host, { stream, ...hello });
const stored = async (): Promise<StoredSurvey | undefined> => (await readSurveys(worker, [host])).get(host.hostId);
const untilStored = (condition: (survey: StoredSurvey) => boolean = () => true) =>
  vi.waitUntil(async () => {
    const survey = await stored();
    return survey !== undefined && condition(survey) ? survey : null;
  }, PATIENT);
const numbered = (maxUserNamespaces: number) => ({ inventory: { ...INVENTORY, maxUserNamespaces } });
const isNumbered = (number: number) => (survey: StoredSurvey) => survey.inventory?.maxUserNamespaces === number;
const untilEvent = () =>
  vi.waitUntil(async () => (await eventsOf(owner, host.hostId)).find(({ kind }) => kind === 'survey-refused'), PATIENT);

describe('a survey', () => {
  test('is kept as it was sent, at its corrected time, without what the gateway does not know', async () => {
    const now = Date.now();
    const clock = { now: new Date(now - 3_600_000).toISOString(), bootId: 'boot', uptimeMilliseconds: 100_000 };
    const collector = await open({ clock });
    expect(await collector.next('welcome')).toMatchObject({ capabilities: ['survey'] });
    // An hour behind, and 10 s after the hello by its uptime.
    const taken = { takenAt: new Date(now - 3_590_000).toISOString(), bootId: 'boot', uptimeMilliseconds: 110_000 };
    collector.sendSurvey({ ...taken, inventory: { ...INVENTORY, laterField: { a: [1, 'x'] } } });
    const survey = await untilStored();
    expect(survey.inventory).toEqual(INVENTORY);
    expect(Math.abs(survey.observedAt.getTime() - (now + 10_000))).toBeLessThan(2_000);
    expect(survey.receivedAt.getTime()).toBeGreaterThanOrEqual(now - 1);
    await collector.close();
  });

  test('has no place in the order, is not acknowledged, and the last one counts', async () => {
    const collector = await open();
    collector.sendSnapshot(1);
    collector.sendSurvey(numbered(1));
    collector.sendSnapshot(2);
    expect(await collector.acknowledged(2)).toEqual([]);
    await untilStored(isNumbered(1));
    await sleep(MIN_SURVEY_INTERVAL_MILLISECONDS);
    collector.sendSurvey(numbered(2));
    await untilStored(isNumbered(2));
    expect(await storedSequences(owner, host)).toEqual([1, 2]);
    expect(collector.lastAcknowledged).toBe(2);
    await collector.close();
  });

  test('that comes after too many at once is looked at a second later, unless a newer one comes', async () => {
    const collector = await open();
    for (let number = 1; number <= SURVEY_BURST; number += 1) collector.sendSurvey(numbered(number));
    collector.sendSurvey({ inventory: 'nonsense' });
    collector.sendSurvey(numbered(SURVEY_BURST + 1));
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    await untilStored(isNumbered(SURVEY_BURST + 1));
    expect(await eventsOf(owner, host.hostId)).toEqual([]);
    await collector.close();
  });
});

describe('a survey that is not understood', () => {
  test.each([
    ['that is none', { inventory: 'nonsense' }, ''],
    ['with a broken number', numbered(0.5), 'maxUserNamespaces'],
    ['from before last summer', { takenAt: '2020-01-01T00:00:00Z', bootId: 'other' }, 'takenAt'],
  ])('%s is told on the host once however often it comes, and the connection goes on', async (_, change, reason) => {
    for (let time = 0; time < 2; time += 1) {
      const collector = await open();
      collector.sendSurvey(change);
      collector.sendSnapshot(time + 1);
      expect(await collector.acknowledged(time + 1)).toEqual([]);
      await collector.close();
    }
    const { detail } = await untilEvent();
    expect(detail).toEqual({ count: 2, reason: expect.stringContaining(reason) });
    expect(await stored()).toBeUndefined();
  });

  test('leaves the one that is kept as it is', async () => {
    const collector = await open();
    collector.sendSurvey(numbered(1));
    await untilStored();
    await sleep(MIN_SURVEY_INTERVAL_MILLISECONDS);
    collector.sendSurvey(numbered(-1));
    await untilEvent();
    expect(isNumbered(1)((await stored()) as StoredSurvey)).toBe(true);
    await collector.close();
  });
});

describe('a survey out of turn ends the connection', () => {
  test('before hello', async () => {
    const collector = new TestCollector(server.gateway.port);
    await collector.next('challenge');
    collector.send({
      type: 'survey',
      takenAt: '2026-01-01T00:00:00Z',
      bootId: 'b',
      uptimeMilliseconds: 1,
      inventory: 1,
    });
    expect(await collector.next('refused')).toMatchObject({ code: 'bad-message' });
    await collector.closed;
  });

  test('before the welcome', async () => {
    const collector = await TestCollector.greet(server.gateway.port, host, { stream });
    collector.sendSurvey();
    expect(await collector.next('refused')).toMatchObject({ code: 'bad-message' });
    await collector.closed;
    expect(await stored()).toBeUndefined();
  });
});

test('this version of the client delivers a survey, and again after a reconnect', async () => {
  const { publicId: hostId, key, keyPair } = host;
  const clock = () => ({ now: new Date().toISOString(), bootId: 'boot', uptimeMilliseconds: 60_000 });
  const client = new CollectorClient({
    url: `ws://127.0.0.1:${server.gateway.port}/collect`,
    credentials: () => ({ hostId, key, privateKey: keyPair.privateKey }),
    facts: { machineId: 'ab'.repeat(32), name: 'host', kernelRelease: '6', distribution: null, architecture: 'x64' },
    ...{ collectorVersion: '0.1.0', clock },
  });
  const { now: takenAt, ...taken } = clock();
  await client.survey({ takenAt, ...taken, ...numbered(7) });
  client.start();
  const { receivedAt } = await untilStored(isNumbered(7));
  client.reconnect('Again.');
  const again = await untilStored((survey) => survey.receivedAt > receivedAt);
  expect(again.inventory?.maxUserNamespaces).toBe(7);
  await client.stop();
});

test('a collector that sends none, and says so by no capability, is served as before', async () => {
  const collector = await open({ capabilities: [], collectorVersion: '0.1.0' });
  collector.sendSnapshot(1);
  expect(await collector.acknowledged(1)).toEqual([]);
  expect(await stored()).toBeUndefined();
  await collector.close();
});
