import { CHANGES_CHANNEL, openDatabase } from '@silt/db';
import { type FindingInput, MAX_EVIDENCE_BYTES, RULES } from '@silt/domain/findings';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { JUDGE_INTERVAL_MILLISECONDS, LOOK_FAULT } from '../../src/derive/judge-hosts.ts';
import { addLayout, SPACE, setStatus, storeOf, type TestHost } from '../fleet-rows.ts';
import { at, CAPACITY, found, JudgeStage, ROOT, scriptedRule } from './judge-stage.ts';

let stage: JudgeStage;

beforeAll(async () => {
  stage = await JudgeStage.open(inject('postgresUrl'));
});
beforeEach(() => stage.begin());
afterAll(() => stage.close());

test('a finding is new, opens at a later look, is resolved when looks in a row miss it, and reopens; each told once', async () => {
  const host = await stage.addTelling('a');
  const { rule, said } = scriptedRule('fs-full');
  said.set('a', [found('x')]);
  await stage.judge(at(0), [rule]);
  expect(await stage.stateOf(host)).toEqual(['new']);
  expect(await stage.countsOf(host)).toEqual([0, 1, 0]);
  await stage.look(host, 6, [rule]);
  expect(await stage.stateOf(host)).toEqual(['open']);
  said.set('a', []);
  await stage.look(host, 12, [rule]);
  await stage.look(host, 18, [rule]);
  expect(await stage.stateOf(host)).toEqual(['open']);
  await stage.look(host, 24, [rule]);
  expect(await stage.stateOf(host)).toEqual(['resolved']);
  expect(await stage.countsOf(host)).toEqual([0, 0, 0]);
  said.set('a', [found('x')]);
  await stage.look(host, 30, [rule]);
  expect(await stage.rowsOf(host)).toMatchObject([{ no: 1, state: 'reopened', reopened: 1 }]);
  await stage.look(host, 36, [rule]);
  expect(await stage.changesOf(host)).toEqual(['opened', 'resolved', 'reopened']);
  expect(await stage.countsOf(host)).toEqual([0, 1, 0]);
});

test('a host is judged when a survey comes, or a beat after five minutes; a silent one is left as it is', async () => {
  const host = await stage.addTelling('a');
  const judged = async (when: Date) => (await stage.judge(when, [])).hosts;
  expect(await judged(at(0))).toBe(1);
  await stage.beat(host, at(1));
  expect(await judged(at(1))).toBe(0);
  await stage.survey(host, at(2));
  // Its items may be on their way.
  expect(await judged(at(2))).toBe(0);
  await stage.owner`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at)
    VALUES (${host.id}, ${stage.organisationId}, 1, 1, ${at(2)})`;
  expect(await judged(at(2))).toBe(1);
  expect((await stage.judgementOf(host))?.surveyed_at).toEqual(at(2));
  expect(await judged(at(3))).toBe(0);
  await stage.survey(host, at(4));
  expect(await judged(at(4))).toBe(0);
  expect(await judged(at(5.1))).toBe(1);
  await stage.beat(host, at(6));
  expect(await judged(new Date(at(5.1).getTime() + JUDGE_INTERVAL_MILLISECONDS + 1))).toBe(1);
  expect(await judged(at(600))).toBe(0);
  await stage.owner`UPDATE host SET retired_at = ${at(1)} WHERE id = ${host.id}`;
  await stage.survey(host, at(601));
  expect(await judged(at(610))).toBe(0);
});

test('rules see the beat, the inventory unless it is hours older, and the time of the newer of both', async () => {
  const host = await stage.addTelling('a', 400_000);
  const seen: FindingInput[] = [];
  const { rule } = scriptedRule('fs-full', {
    check: (input) => {
      seen.push(input);
      return { findings: [], cannotTell: [] };
    },
  });
  await stage.survey(host, at(1));
  await stage.judge(at(3), [rule]);
  expect(seen.at(-1)).toMatchObject({ now: at(1).getTime(), facts: { name: 'a' }, inventory: { dataRoots: [] } });
  expect(seen.at(-1)?.snapshot).toMatchObject({ readings: [400_000, CAPACITY], takenAt: at(0).toISOString() });
  await stage.look(host, 121, [rule]);
  expect(seen.at(-1)?.inventory).not.toBeNull();
  await stage.look(host, 127, [rule]);
  expect(seen.at(-1)).toMatchObject({ now: at(127).getTime(), inventory: null });
  await stage.owner`UPDATE survey SET body = '\\x00', observed_at = ${at(133)} WHERE host_id = ${host.id}`;
  await stage.look(host, 133, [rule]);
  expect(seen.at(-1)?.inventory).toBeNull();
});

test('what a rule cannot tell of stays, and the judgement says so', async () => {
  const host = await stage.addTelling('a');
  const { rule, said } = scriptedRule('fs-full');
  said.set('a', [found('x', 'critical')]);
  await stage.judge(at(0), [rule]);
  said.set('a', 'cannot tell');
  for (const minutes of [6, 12, 18, 24]) await stage.look(host, minutes, [rule]);
  expect(await stage.rowsOf(host)).toMatchObject([{ state: 'open', missing: 'docker-socket' }]);
  expect(await stage.judgementOf(host)).toMatchObject({
    cannot_tell: [{ rule: 'fs-full', subject: null, missing: 'docker-socket' }],
    faults: [],
  });
  expect(await stage.changesOf(host)).toEqual(['opened']);
});

test('a rule that throws, or has too much evidence, changes none of its findings and keeps none of the others', async () => {
  const [host, other] = [await stage.addTelling('a'), await stage.addTelling('b')];
  const [bad, large, good] = [scriptedRule('fs-full'), scriptedRule('fs-date'), scriptedRule('inodes-low')];
  const rules = [bad, large, good].map(({ rule }) => rule);
  for (const { said } of [bad, large, good]) said.set('a', [found('x', 'critical')]).set('b', [found('y', 'critical')]);
  await stage.judge(at(0), rules);
  bad.said.set('a', new Error('poison'));
  large.said.set('a', [found('x', 'critical', { list: 'x'.repeat(MAX_EVIDENCE_BYTES) })]);
  good.said.set('a', []);
  for (const minutes of [6, 12, 18]) {
    await stage.beat(other, at(minutes));
    await stage.look(host, minutes, rules);
  }
  expect((await stage.rowsOf(host)).map(({ rule, state }) => [rule, state]).sort()).toEqual([
    ['fs-date', 'open'],
    ['fs-full', 'open'],
    ['inodes-low', 'resolved'],
  ]);
  expect(await stage.stateOf(other)).toEqual(['open', 'open', 'open']);
  expect((await stage.judgementOf(host))?.faults).toEqual([
    { rule: 'fs-full', message: 'poison' },
    { rule: 'fs-date', message: expect.stringContaining('too large') },
  ]);
  await stage.beat(host, at(24));
  await stage.beat(other, at(24));
  expect(await stage.judge(at(24.1), rules)).toMatchObject({
    hosts: 2,
    faults: [{ rule: 'fs-full', hosts: 1, message: 'poison' }, { rule: 'fs-date' }],
  });
});

test('a host that cannot be read keeps none of the others, and does not come first again and again', async () => {
  const [poisoned, ...others] = [await stage.addTelling('p'), await stage.addTelling('a'), await stage.addTelling('b')];
  await stage.owner`UPDATE layout SET resource_nos = '{1,77}' WHERE host_id = ${poisoned?.id ?? 0}`;
  const { rule, said } = scriptedRule('fs-full');
  said.set('a', [found('x')]).set('b', [found('y')]);
  const { hosts, failures } = await stage.judge(at(0), [rule]);
  expect(hosts).toBe(2);
  expect(failures).toMatchObject([
    { hostId: poisoned?.id, error: { message: expect.stringContaining('resource 77') } },
  ]);
  for (const host of others) expect(await stage.stateOf(host)).toEqual(['new']);
  expect((await stage.judgementOf(poisoned as TestHost))?.faults).toMatchObject([{ rule: LOOK_FAULT }]);
  expect(await stage.judge(at(1), [rule])).toMatchObject({ hosts: 0, failures: [] });
});

test('names that Postgres cannot store are kept as near as may be', async () => {
  const host = await stage.addTelling('a');
  const { rule, said } = scriptedRule('fs-full');
  said.set('a', [found('\ud83d cut', 'critical', { name: 'NUL \0', 名: 'half \ude00' })]);
  await stage.judge(at(0), [rule]);
  await stage.look(host, 6, [rule]);
  expect(await stage.rowsOf(host)).toMatchObject([
    { subject: '\ufffd cut', evidence: { name: 'NUL \ufffd', 名: 'half \ufffd' }, state: 'open' },
  ]);
});

test('what was promised is compared with what came back, also after it was resolved', async () => {
  const { rule, said } = scriptedRule('fs-full', {
    promise: ({ bytes }) => ({ bytes: Number(bytes), series: 'usedBytes', rises: false }),
  });
  const host = await stage.addTelling('a', 900_000);
  said.set('a', [{ ...found('x', 'critical', { bytes: 500_000 }), storeKey: ROOT }]);
  await stage.judge(at(0), [rule]);
  expect(await stage.rowsOf(host)).toMatchObject([{ promised: 500_000, freed: null }]);
  said.set('a', []);
  await stage.look(host, 6, [rule], 700_000);
  await stage.look(host, 12, [rule], 600_000);
  await stage.look(host, 18, [rule], 600_000);
  // 900,000 − 600,000
  expect(await stage.rowsOf(host)).toMatchObject([{ state: 'resolved', promised: 500_000, freed: 300_000 }]);
  await stage.look(host, 24, [rule], 410_000);
  expect(await stage.rowsOf(host)).toMatchObject([{ state: 'resolved', freed: 490_000 }]);
  await stage.look(host, 600, [rule], 100_000);
  expect(await stage.rowsOf(host)).toMatchObject([{ freed: 490_000 }]);
  const [event] = await stage.owner`
    SELECT detail FROM event WHERE host_id = ${host.id} AND detail ->> 'change' = 'resolved'`;
  expect(event?.detail).toMatchObject({ findingNo: 1, promisedBytes: 500_000, freedBytes: 300_000 });
});

test('of a store that is gone its findings are resolved, and what came back is not known', async () => {
  const host = await stage.addTelling('a', 990_000);
  const fsFull = RULES.filter(({ id }) => id === 'fs-full');
  await stage.judge(at(0), fsFull);
  expect(await stage.rowsOf(host)).toMatchObject([{ rule: 'fs-full', state: 'open' }]);
  await addLayout(stage.owner, host, 2, { stores: [storeOf('mount:/new', '/new')], entries: SPACE('mount:/new') });
  for (const minutes of [6, 12, 18]) {
    await setStatus(stage.owner, host, { at: at(minutes), readings: [1, 9], layoutNo: 2, fullest: null });
    await stage.judge(at(minutes + 0.1), fsFull);
  }
  expect(await stage.rowsOf(host)).toMatchObject([{ state: 'resolved', freed: null }]);
});

test('a mute ends when its time is up, and the finding is told again', async () => {
  const host = await stage.addTelling('a');
  const { rule, said } = scriptedRule('fs-full');
  said.set('a', [found('x', 'critical')]);
  await stage.judge(at(0), [rule]);
  await stage.owner`
    UPDATE finding SET state = 'muted', mute_reason = 'known', muted_at = ${at(0)}, muted_by = 'u1',
      mute_severity = 'critical', mute_until = ${at(10)} WHERE host_id = ${host.id}`;
  await stage.look(host, 6, [rule]);
  expect(await stage.stateOf(host)).toEqual(['muted']);
  await stage.look(host, 12, [rule]);
  expect(await stage.stateOf(host)).toEqual(['open']);
  expect(await stage.changesOf(host)).toEqual(['opened', 'unmuted']);
  expect(await stage.countsOf(host)).toEqual([1, 0, 0]);
});

test('two workers at once keep one row a subject, number them alike and tell each once', async () => {
  const hosts = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => stage.addTelling(name)));
  const { rule, said } = scriptedRule('fs-full');
  for (const name of 'abcde') said.set(name, [found('x', 'critical'), found('y', 'critical')]);
  for (const minutes of [0, 6, 12]) {
    for (const host of hosts) await stage.beat(host, at(minutes));
    await Promise.all([
      stage.judge(at(minutes + 0.1), [rule]),
      stage.judge(at(minutes + 0.1), [rule]),
      stage.judge(at(minutes + 0.2), [rule]),
    ]);
  }
  for (const host of hosts) {
    expect((await stage.rowsOf(host)).map(({ no, subject }) => [no, subject])).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect(await stage.changesOf(host)).toEqual(['opened', 'opened']);
    expect(await stage.countsOf(host)).toEqual([2, 0, 0]);
  }
});

test('findings of a rule that there is no more end, and nobody is told that they are over', async () => {
  const host = await stage.addTelling('a');
  const { rule, said } = scriptedRule('of-an-older-version');
  said.set('a', [found('x', 'critical')]);
  await stage.judge(at(0), [rule]);
  await stage.look(host, 6, []);
  await stage.look(host, 12, []);
  await stage.beat(host, at(18));
  expect(await stage.judge(at(18.1), [])).toMatchObject({ ended: [{ rule: 'of-an-older-version', findings: 1 }] });
  expect(await stage.stateOf(host)).toEqual(['resolved']);
  expect(await stage.changesOf(host)).toEqual([]);
});

test('hosts of which something else is found are told to those that look at them; when it was last seen is not', async () => {
  const heard: unknown[] = [];
  const listener = openDatabase(stage.fleet.urls.silt_web, { applicationName: 'test', max: 1 });
  await listener.listen(CHANGES_CHANNEL, (payload) => heard.push(JSON.parse(payload)));
  const host = await stage.addTelling('told');
  const { rule, said } = scriptedRule('fs-full');
  said.set('told', [found('x', 'critical')]);
  await stage.judge(at(0), [rule]);
  const told = { [stage.organisationId]: [host.publicId] };
  await stage.look(host, 6, [rule]);
  expect((await stage.rowsOf(host))[0]?.seen).toEqual(at(6));
  await listener.notify(CHANGES_CHANNEL, '{}');
  await expect.poll(() => heard).toEqual([told, {}]);
  await listener.end();
});

test('the worker writes what it keeps and nothing of a survey', async () => {
  await expect(stage.worker`DELETE FROM survey`).rejects.toThrow(/permission denied/);
  await expect(stage.worker`UPDATE survey SET body = ''`).rejects.toThrow(/permission denied/);
  await expect(stage.worker`INSERT INTO survey SELECT * FROM survey`).rejects.toThrow(/permission denied/);
});
