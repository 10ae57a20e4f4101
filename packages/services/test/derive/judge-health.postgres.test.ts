import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { judgeHealth } from '../../src/derive/judge-health.ts';
import { addHost, addOrganisation, type TestHost } from '../fleet-rows.ts';
import { at, JudgeStage, SIGNAL } from './judge-stage.ts';

let stage: JudgeStage;

beforeAll(async () => {
  stage = await JudgeStage.open(inject('postgresUrl'));
});
beforeEach(() => stage.begin());
afterAll(() => stage.close());

const health = (minutes: number) =>
  judgeHealth(stage.worker, { now: at(minutes), listeningSince: at(-60), serverVersion: '0.1.0', signal: SIGNAL });

/** Judged once, and heard at minute 0. */
async function addHeard(...names: string[]): Promise<TestHost[]> {
  const hosts: TestHost[] = [];
  for (const name of names) hosts.push(await stage.addTelling(name));
  await stage.owner`UPDATE host SET collector_version = '99.0.0' WHERE organisation_id = ${stage.organisationId}`;
  await stage.judge(at(0), []);
  return hosts;
}

const silenceOf = async (host: TestHost) =>
  (await stage.rowsOf(host)).map(({ rule, subject, state, evidence }) => [rule, subject, state, evidence.cause]);

test('hosts that fall silent together have one subject, also as more do; each is resolved once it is heard again', async () => {
  const [a, b, c, d, e, fine] = (await addHeard('a', 'b', 'c', 'd', 'e', 'f')) as [
    ...[TestHost, TestHost, TestHost, TestHost, TestHost, TestHost],
  ];
  const heard = async (hosts: TestHost[], minutes: number) => {
    for (const host of hosts) await stage.beat(host, at(minutes));
  };
  await heard([b, c, d, e, fine], 0.9);
  await health(1);
  expect(await silenceOf(a)).toMatchObject([['collector-silent', `host ${a.publicId}`, 'new', 'alone']]);
  await heard([fine], 6);
  await health(6);
  for (const host of [a, b, c, d, e]) {
    expect(await silenceOf(host)).toMatchObject([
      ['collector-silent', `host ${a.publicId}`, host === a ? 'open' : 'new', 'together'],
    ]);
  }
  await heard([fine], 11);
  await health(11);
  expect(await stage.changesOf(e)).toEqual(['opened']);
  expect(await stage.countsOf(e)).toEqual([0, 1, 0]);
  for (const minutes of [12, 13, 18, 23]) {
    await heard([a, fine], minutes);
    await health(minutes);
  }
  expect(await silenceOf(a)).toMatchObject([['collector-silent', `host ${a.publicId}`, 'resolved', 'together']]);
  expect(await silenceOf(b)).toMatchObject([['collector-silent', `host ${a.publicId}`, 'open', 'together']]);
  expect(await stage.changesOf(a)).toEqual(['opened', 'resolved']);
  expect(await stage.changesOf(b)).toEqual(['opened']);
  expect(await silenceOf(fine)).toEqual([]);
});

test('the same outage next month is the same finding again', async () => {
  const [host, fine] = (await addHeard('a', 'b')) as [TestHost, TestHost];
  for (const minutes of [5, 10]) {
    await stage.beat(fine, at(minutes));
    await health(minutes);
  }
  for (const minutes of [11, 16, 22]) {
    await stage.beat(host, at(minutes));
    await stage.beat(fine, at(minutes));
    await health(minutes);
  }
  await stage.beat(fine, at(40_000));
  await health(40_000);
  expect(await stage.changesOf(host)).toEqual(['opened', 'resolved', 'reopened']);
  expect(await stage.rowsOf(host)).toHaveLength(1);
});

test('rules of one host see its status and its events of the last week', async () => {
  const [host] = (await addHeard('a')) as [TestHost];
  await stage.owner`UPDATE host SET collector_version = '0.0.1' WHERE id = ${host.id}`;
  await stage.owner`UPDATE host_status SET clock_skew_milliseconds = -400000 WHERE host_id = ${host.id}`;
  const event = (minutes: number, kind: string, detail: object) => stage.owner`
    INSERT INTO event (host_id, at, organisation_id, kind, detail)
    VALUES (${host.id}, ${at(minutes)}, ${host.organisationId}, ${kind}, ${stage.owner.json(detail as never)})`;
  const gap = { from: 1, to: 5, reason: 'spool-full', firstTakenAt: null, lastTakenAt: null };
  await event(-10, 'gap', gap);
  await event(-8 * 1_440, 'gap', gap);
  await event(-20, 'clone-refused', { address: '10.0.0.17', count: 3 });
  await health(0.2);
  const rows = await stage.rowsOf(host);
  expect(rows.map(({ rule, severity }) => [rule, severity]).sort()).toEqual([
    ['clock-skew', 'warning'],
    ['cloned-host', 'warning'],
    ['collector-old', 'notice'],
    ['gap', 'warning'],
  ]);
  expect(rows.find(({ rule }) => rule === 'gap')?.evidence).toMatchObject({ gapCount: 1, recordCount: 5 });
  expect(await stage.countsOf(host)).toEqual([0, 3, 1]);
});

test('a look at a host and one at its health leave each other’s findings as they are', async () => {
  const [host, other] = (await addHeard('a', 'b')) as [TestHost, TestHost];
  await stage.owner`UPDATE host SET collector_version = '0.0.1' WHERE id = ${host.id}`;
  for (const minutes of [5, 10, 15, 20]) {
    // Both are heard before anybody is asked, or one who asks early finds a silence.
    await stage.beat(other, at(minutes));
    await stage.beat(host, at(minutes));
    await Promise.all([stage.look(host, minutes, []), health(minutes), health(minutes)]);
  }
  expect((await stage.rowsOf(host)).map(({ no, rule, state }) => [no, rule, state])).toEqual([
    [1, 'collector-old', 'open'],
  ]);
  expect(await stage.changesOf(host)).toEqual(['opened']);
});

test('retired hosts are not asked about, hosts that were never judged wait, and each organisation is by itself', async () => {
  const [retired, silent] = (await addHeard('a', 'b')) as [TestHost, TestHost];
  await stage.owner`UPDATE host SET retired_at = ${at(1)} WHERE id = ${retired.id}`;
  const foreign = await addHost(stage.owner, await addOrganisation(stage.owner, 'Theirs'), 'x');
  await health(10);
  expect(await silenceOf(retired)).toEqual([]);
  expect(await silenceOf(silent)).toMatchObject([['collector-silent', `host ${silent.publicId}`, 'new', 'alone']]);
  expect(await silenceOf(foreign)).toEqual([]);
  await stage.owner`DELETE FROM judgement WHERE host_id = ${silent.id}`;
  expect(await health(20)).toEqual({ hosts: 0, faults: [], failures: [] });
});
