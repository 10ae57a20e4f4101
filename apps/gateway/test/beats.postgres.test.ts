import type { Sql } from '@silt/db';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { addHosts, TestCollector, type TestHost } from './test-collector.ts';
import { PATIENT, startTestServer, type TestServer } from './test-gateway.ts';

const BUILT_IN = { fastMilliseconds: 10_000, slowMilliseconds: 300_000 };

let server: TestServer;
let owner: Sql;
let host: TestHost;
let collectors: TestCollector[] = [];

beforeAll(async () => {
  server = await startTestServer(inject('postgresUrl'));
  owner = server.owner;
});
afterAll(() => server.end());
beforeEach(async () => {
  [host] = (await addHosts(owner, 1)) as [TestHost];
  await owner`UPDATE host SET tags = '{ci,db}' WHERE id = ${host.hostId}`;
});
afterEach(async () => {
  for (const collector of collectors) await collector.close();
  collectors = [];
});

async function open(as: TestHost, capabilities = ['inventory', 'configure']): Promise<TestCollector> {
  const collector = await TestCollector.open(server.gateway.port, as, { capabilities });
  collectors.push(collector);
  return collector;
}

async function set(tag: string, fast: number | null, slow: number | null = null): Promise<void> {
  await owner`
    INSERT INTO tag_setting (organisation_id, tag, fast_beat_seconds, slow_beat_seconds)
    VALUES (${host.organisationId}, ${tag}, ${fast}, ${slow})
    ON CONFLICT (organisation_id, tag) DO UPDATE
    SET fast_beat_seconds = excluded.fast_beat_seconds, slow_beat_seconds = excluded.slow_beat_seconds`;
}

/** Beats that the collector was told since its welcome; inventories that were asked for aside. */
const toldTo = (collector: TestCollector): object[] =>
  collector.received.flatMap((one) => (one.type === 'configure' && one.beats !== null ? [one.beats] : []));

const welcomeOf = async (collector: TestCollector): Promise<object> => (await collector.next('welcome')).beats;

async function keptBeatSeconds({ hostId }: TestHost): Promise<number | null> {
  const [row] = await owner`SELECT beat_seconds FROM host_status WHERE host_id = ${hostId}`;
  return row?.beat_seconds ?? null;
}

describe('at its welcome a collector gets', () => {
  test('the built-in beats where nothing is set for its tags', async () => {
    await set('other', 60, 600);
    expect(await welcomeOf(await open(host))).toEqual(BUILT_IN);
  });

  test('the shortest beats of its tags', async () => {
    await set('ci', 60, 600);
    await set('db', 30, 900);
    expect(await welcomeOf(await open(host))).toEqual({ fastMilliseconds: 30_000, slowMilliseconds: 600_000 });
  });

  test('nothing of what another organisation set for the same tag', async () => {
    const [stranger] = (await addHosts(owner, 1)) as [TestHost];
    await owner`UPDATE host SET tags = '{ci}' WHERE id = ${stranger.hostId}`;
    await set('ci', 60, 600);
    await set('', 60, 600);
    expect(await welcomeOf(await open(stranger))).toEqual(BUILT_IN);
  });
});

describe('a connected collector is told', () => {
  test('new beats within seconds of a setting, its change and its removal, and none that it has already', async () => {
    const collector = await open(host);
    await set('', 20);
    await expect.poll(() => toldTo(collector), PATIENT).toHaveLength(1);
    await set('ci', 2, 30);
    await expect.poll(() => toldTo(collector), PATIENT).toHaveLength(2);
    await owner`UPDATE tag_setting SET horizon_days = 14 WHERE organisation_id = ${host.organisationId}`;
    await owner`DELETE FROM tag_setting WHERE organisation_id = ${host.organisationId} AND tag = ''`;
    await owner`DELETE FROM tag_setting WHERE organisation_id = ${host.organisationId}`;
    await expect.poll(() => toldTo(collector), PATIENT).toHaveLength(3);
    expect(toldTo(collector)).toEqual([
      { fastMilliseconds: 20_000, slowMilliseconds: 300_000 },
      { fastMilliseconds: 2_000, slowMilliseconds: 30_000 },
      BUILT_IN,
    ]);
  });

  test('those of its tags when they become others', async () => {
    await set('db', 5);
    const collector = await open(host);
    await owner`UPDATE host SET tags = '{ci}' WHERE id = ${host.hostId}`;
    await expect.poll(() => toldTo(collector), PATIENT).toEqual([BUILT_IN]);
  });

  test('nothing when it does not obey; its next welcome has them', async () => {
    const [obeys] = (await addHosts(owner, 1)) as [TestHost];
    await owner`
      UPDATE host SET tags = '{ci}' WHERE id = ${obeys.hostId}`;
    await owner`
      INSERT INTO tag_setting (organisation_id, tag, slow_beat_seconds) VALUES (${obeys.organisationId}, 'ci', 60)`;
    const old = await open(host, []);
    const other = await open(obeys);
    await set('ci', 60);
    await owner`UPDATE tag_setting SET slow_beat_seconds = 30 WHERE organisation_id = ${obeys.organisationId}`;
    await expect.poll(() => toldTo(other), PATIENT).toHaveLength(1);
    await owner`UPDATE tag_setting SET slow_beat_seconds = 90 WHERE organisation_id = ${obeys.organisationId}`;
    await expect.poll(() => toldTo(other), PATIENT).toHaveLength(2);
    expect(old.received.filter(({ type }) => type === 'configure')).toEqual([]);
    old.sendSnapshot(1);
    await old.acknowledged(1);
    expect(await keptBeatSeconds(host)).toBe(10);
    await old.close();
    expect(await welcomeOf(await open(host, []))).toEqual({ ...BUILT_IN, fastMilliseconds: 60_000 });
  });
});

describe('when a host counts as silent follows', () => {
  test('a longer beat at once, since the next one comes late', async () => {
    const collector = await open(host);
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    expect(await keptBeatSeconds(host)).toBe(10);
    await set('ci', 600);
    await expect.poll(() => keptBeatSeconds(host), PATIENT).toBe(600);
    collector.sendSnapshot(2);
    await collector.acknowledged(2);
    expect(await keptBeatSeconds(host)).toBe(600);
  });

  test('a shorter beat with the first one that comes', async () => {
    const collector = await open(host);
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    await set('ci', 2);
    await expect.poll(() => toldTo(collector), PATIENT).toHaveLength(1);
    expect(await keptBeatSeconds(host)).toBe(10);
    collector.sendSnapshot(2);
    await collector.acknowledged(2);
    expect(await keptBeatSeconds(host)).toBe(2);
  });

  test('a longer beat at the welcome of a host that was away when it was set', async () => {
    const collector = await open(host);
    collector.sendSnapshot(1);
    await collector.acknowledged(1);
    await collector.close();
    await set('ci', 300);
    await open(host);
    expect(await keptBeatSeconds(host)).toBe(300);
  });
});
