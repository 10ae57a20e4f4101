import { CHANGES_CHANNEL, openDatabase, type Sql } from '@silt/db';
import { MAX_MUTE_DAYS, MAX_MUTE_REASON_CHARACTERS } from '@silt/domain';
import { ALL_RULES } from '@silt/domain/findings';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Actor, NewMute, WebServices } from '../../src/index.ts';
import { addHome, auditsOf, type CollectorStage, openCollectorStage, UNKNOWN_ID } from '../collector-stage.ts';
import { addFinding } from '../finding-rows.ts';
import { addHost, DAY_MILLISECONDS, setStatus, type TestHost } from '../fleet-rows.ts';

const BEFORE = new Date(Date.now() - DAY_MILLISECONDS);
const tomorrow = (): Date => new Date(Date.now() + DAY_MILLISECONDS);

let stage: CollectorStage;
let findings: WebServices['findings'];
let home: Actor;
let host: TestHost;
let homes = 0;

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  findings = stage.services.findings;
});
afterAll(() => stage.close());

/** A host with an open, critical finding 1 and an open warning 2; 3 is resolved. */
beforeEach(async () => {
  const { owner } = stage.fleet;
  home = await addHome(stage, `Home ${homes++}`);
  host = await addHost(owner, home.organisationId, 'ci-1');
  await setStatus(owner, host, { at: new Date(), readings: [], fullest: null });
  await addFinding(owner, host, { rule: 'fs-full', subject: 'a', severity: 'critical', standsSince: BEFORE });
  await addFinding(owner, host, { rule: 'fs-full', subject: 'b', standsSince: BEFORE });
  await addFinding(owner, host, { rule: 'fs-full', subject: 'c', state: 'resolved', resolvedAt: BEFORE });
});

const muteOf = (change: Partial<NewMute> = {}): NewMute => ({
  ...{ hostId: host.publicId, findingNo: 1, reason: ' being moved ', until: null },
  ...change,
});
const addressOf = (findingNo: number) => ({ hostId: host.publicId, findingNo });
const viewOf = (findingNo: number) => findings.get(home, { ...addressOf(findingNo), language: 'en' });
const eventsOf = async () =>
  (await stage.services.listHostEvents(home.organisationId, { hostId: host.publicId, limit: 10 })).events;

test('a finding that is muted leaves the standing ones with its reason, and comes back when that is ended', async () => {
  const until = tomorrow();
  await findings.mute(home, muteOf({ until }));
  expect(await viewOf(1)).toMatchObject({
    state: 'muted',
    mute: { reason: 'being moved', until: until.toISOString(), by: expect.stringMatching(/^Home/) },
  });
  expect(await findings.counts(home.organisationId)).toEqual({ critical: 0, warning: 1, notice: 0 });
  await findings.unmute(home, addressOf(1));
  expect(await viewOf(1)).toMatchObject({ state: 'open', mute: null });
  expect(await findings.counts(home.organisationId)).toEqual({ critical: 1, warning: 1, notice: 0 });
});

test('what is seen of a finding is not touched by who mutes it', async () => {
  const seen = () => stage.fleet.owner`
    SELECT evidence, severity, first_seen_at, last_seen_at, stands_since, missed_looks FROM finding
    WHERE host_id = ${host.id} ORDER BY finding_no`;
  const before = await seen();
  await findings.mute(home, muteOf());
  expect(await seen()).toEqual(before);
});

test('a mute and its end are in the audit log with who and why, and among the events of the host', async () => {
  const until = tomorrow();
  await findings.mute(home, muteOf({ until }));
  await findings.unmute(home, addressOf(1));
  const by = { actorKind: 'user', actor: home.userId, subject: host.publicId };
  const which = { findingNo: 1, rule: 'fs-full', finding: 'a' };
  expect(await auditsOf(stage, home.organisationId)).toEqual([
    { ...by, action: 'finding.mute', detail: { ...which, reason: 'being moved', until: until.toISOString() } },
    { ...by, action: 'finding.unmute', detail: which },
  ]);
  const rule = ALL_RULES.get('fs-full');
  const title = { en: rule?.text.en.title(rule.example), 'zh-CN': rule?.text['zh-CN'].title(rule.example) };
  const detail = { findingNo: 1, rule: 'fs-full', storeKey: null, severity: 'critical', title };
  expect((await eventsOf()).map(({ kind, detail }) => [kind, detail])).toEqual([
    ['finding', { ...detail, change: 'unmuted', promisedBytes: null, freedBytes: null }],
    ['finding', { ...detail, change: 'muted', promisedBytes: null, freedBytes: null }],
  ]);
});

test('one that is muted already is muted anew', async () => {
  await findings.mute(home, muteOf());
  await findings.mute(home, muteOf({ reason: 'another', until: tomorrow() }));
  expect((await viewOf(1)).mute).toMatchObject({ reason: 'another', until: expect.any(String) });
  expect(await eventsOf()).toHaveLength(2);
});

test('one that is not muted stays as it is, and nothing is told of it', async () => {
  await findings.unmute(home, addressOf(1));
  await findings.unmute(home, addressOf(3));
  expect([(await viewOf(1)).state, (await viewOf(3)).state]).toEqual(['open', 'resolved']);
  expect(await eventsOf()).toEqual([]);
  expect(await auditsOf(stage, home.organisationId)).toEqual([]);
});

test('one that came back is reopened when its mute is ended', async () => {
  await stage.fleet.owner`UPDATE finding SET times_reopened = 1 WHERE host_id = ${host.id} AND finding_no = 2`;
  await findings.mute(home, muteOf({ findingNo: 2 }));
  await findings.unmute(home, addressOf(2));
  expect((await viewOf(2)).state).toBe('reopened');
});

test('many that are muted at once are all counted', async () => {
  const { owner } = stage.fleet;
  const nos: number[] = [];
  for (const subject of ['s1', 's2', 's3', 's4', 's5', 's6'])
    nos.push(await addFinding(owner, host, { rule: 'inodes-low', subject }));
  await Promise.all(nos.map((findingNo) => findings.mute(home, muteOf({ findingNo }))));
  expect(await findings.counts(home.organisationId)).toEqual({ critical: 1, warning: 1, notice: 0 });
});

describe('is refused', () => {
  test('to who is a member alone', async () => {
    const member: Actor = { ...home, role: 'member' };
    await expect(findings.mute(member, muteOf())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(findings.unmute(member, addressOf(1))).rejects.toMatchObject({ code: 'forbidden' });
  });

  test.each<[string, () => Partial<NewMute>, string]>([
    ['without a reason', () => ({ reason: ' \n ' }), 'bad-input'],
    ['with a reason too long', () => ({ reason: 'x'.repeat(MAX_MUTE_REASON_CHARACTERS + 1) }), 'bad-input'],
    ['with a reason that moves a cursor', () => ({ reason: 'a\u001b[2J' }), 'bad-input'],
    ['until before now', () => ({ until: BEFORE }), 'bad-input'],
    ['until a time that is none', () => ({ until: new Date(Number.NaN) }), 'bad-input'],
    ['for too long', () => ({ until: new Date(Date.now() + (MAX_MUTE_DAYS + 1) * DAY_MILLISECONDS) }), 'bad-input'],
    ['of one that is resolved', () => ({ findingNo: 3 }), 'conflict'],
    ['of one that is not there', () => ({ findingNo: 4 }), 'not-found'],
    ['of a number that is none', () => ({ findingNo: 2 ** 33 }), 'not-found'],
    ['of a host that is not there', () => ({ hostId: UNKNOWN_ID }), 'not-found'],
    ['of a host id that is none', () => ({ hostId: 'x' }), 'not-found'],
  ])('a mute %s', async (_, change, code) => {
    await expect(findings.mute(home, muteOf(change()))).rejects.toMatchObject({ code });
    expect(await auditsOf(stage, home.organisationId)).toEqual([]);
    expect(await findings.counts(home.organisationId)).toEqual({ critical: 1, warning: 1, notice: 0 });
  });

  test('what another organisation asks of ours', async () => {
    const other = await addHome(stage, `Other ${homes++}`);
    await expect(findings.mute(other, muteOf())).rejects.toMatchObject({ code: 'not-found' });
    await expect(findings.unmute(other, addressOf(1))).rejects.toMatchObject({ code: 'not-found' });
    expect((await viewOf(1)).state).toBe('open');
  });

  test('a mute of a retired host', async () => {
    await stage.fleet.owner`UPDATE host SET retired_at = now() WHERE id = ${host.id}`;
    await expect(findings.mute(home, muteOf())).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('open pages', () => {
  let listener: Sql;
  beforeAll(() => {
    listener = openDatabase(stage.fleet.urls.silt_web, { applicationName: 'test', max: 1 });
  });
  afterAll(() => listener.end());

  test('are told of a mute once it is stored', async () => {
    const told = new Promise<string>((resolve) => {
      void listener.listen(CHANGES_CHANNEL, resolve, () => void findings.mute(home, muteOf()));
    });
    expect(JSON.parse(await told)).toEqual({ [home.organisationId]: [host.publicId] });
  });
});
