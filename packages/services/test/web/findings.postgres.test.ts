import { ALL_RULES } from '@silt/domain/findings';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Actor, FindingGroupsQuery, FindingsQuery, WebServices } from '../../src/index.ts';
import { addHome, type CollectorStage, openCollectorStage, UNKNOWN_ID } from '../collector-stage.ts';
import { addFinding, type TestFinding } from '../finding-rows.ts';
import { addHost, addLayout, HOUR_MILLISECONDS, SPACE, setStatus, storeOf, type TestHost } from '../fleet-rows.ts';

const NOW = Date.now();
const hoursAgo = (hours: number): Date => new Date(NOW - hours * HOUR_MILLISECONDS);
const GIB = 2 ** 30;
const POOL = 'btrfs:0198a000-0000-7000-8000-0000000000bb';

let stage: CollectorStage;
let findings: WebServices['findings'];
let home: Actor;
let foreign: Actor;
const hosts: Record<string, TestHost> = {};

async function add(actor: Actor, name: string, found: TestFinding[], { tags = [] as string[], silentHours = 0 } = {}) {
  const { owner } = stage.fleet;
  const host = await addHost(owner, actor.organisationId, name);
  await owner`UPDATE host SET tags = ${tags} WHERE id = ${host.id}`;
  await addLayout(owner, host, 1, { stores: [storeOf(POOL, '/pool')], entries: SPACE(POOL) });
  await setStatus(owner, host, { at: hoursAgo(silentHours), readings: [1, 2], fullest: null });
  for (const one of found) await addFinding(owner, host, one);
  hosts[name] = host;
}

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  findings = stage.services.findings;
  home = await addHome(stage, 'Home');
  foreign = await addHome(stage, 'Foreign');
  await add(
    home,
    'ci-1',
    [
      { rule: 'fs-full', subject: 'mount:/', storeKey: 'mount:/', severity: 'critical', standsSince: hoursAgo(1) },
      { rule: 'btrfs-orphan-layer', subject: POOL, storeKey: POOL, standsSince: hoursAgo(5), promisedBytes: 3 * GIB },
      { rule: 'btrfs-zombie-mount', subject: POOL, storeKey: POOL, standsSince: hoursAgo(2), promisedBytes: 2 * GIB },
      { rule: 'btrfs-atime', subject: '100%_\\x', severity: 'notice', state: 'new', standsSince: hoursAgo(0.5) },
    ],
    { tags: ['linux', 'build'] },
  );
  await add(home, 'ci-2', [
    { rule: 'fs-full', subject: 'mount:/', storeKey: 'mount:/', standsSince: hoursAgo(9), state: 'reopened' },
    { rule: 'inodes-low', subject: 'mount:/', state: 'muted', mute: { reason: 'known', until: null, by: home.userId } },
    { rule: 'btrfs-orphan-layer', subject: POOL, storeKey: POOL, state: 'resolved', resolvedAt: hoursAgo(3) },
    {
      rule: 'dind-leftover',
      subject: 'v',
      state: 'resolved',
      resolvedAt: hoursAgo(2),
      promisedBytes: 9,
      freedBytes: 8,
    },
  ]);
  await add(home, 'silent', [{ rule: 'unheard-of', subject: 'x', severity: 'notice' }], { silentHours: 30 });
  await add(home, 'retired', [{ rule: 'fs-full', severity: 'critical' }]);
  await stage.fleet.owner`UPDATE host SET retired_at = now() WHERE name = 'retired'`;
  await add(foreign, 'foreign', [{ rule: 'fs-full', severity: 'critical' }]);
});

afterAll(() => stage.close());

const idOf = (name: string): string => hosts[name]?.publicId ?? '';
const list = (change: Partial<FindingsQuery> = {}) =>
  findings.list(home.organisationId, { list: 'standing', language: 'en', offset: 0, limit: 50, ...change });
const groups = (change: Partial<FindingGroupsQuery> = {}) =>
  findings.groups(home.organisationId, {
    ...{ list: 'standing', language: 'en', by: 'rule', offset: 0, limit: 50 },
    ...change,
  });
const linesOf = async (change: Partial<FindingsQuery>) =>
  (await list(change)).findings.map(({ hostName, rule }) => `${hostName} ${rule}`);

describe('a list', () => {
  test('has what stands, worst first and then the longest standing, without retired and foreign hosts', async () => {
    expect(await linesOf({})).toEqual([
      'ci-1 fs-full',
      'ci-2 fs-full',
      'ci-1 btrfs-orphan-layer',
      'ci-1 btrfs-zombie-mount',
      'ci-1 btrfs-atime',
      'silent unheard-of',
    ]);
    expect((await list()).total).toBe(6);
  });

  test('of the resolved has the last resolved first, with what came back beside what was promised', async () => {
    const { findings: resolved, total } = await list({ list: 'resolved' });
    expect(total).toBe(2);
    expect(resolved.map(({ rule }) => rule)).toEqual(['dind-leftover', 'btrfs-orphan-layer']);
    expect(resolved[0]).toMatchObject({ promisedBytes: 9, freedBytes: 8, resolvedAt: hoursAgo(2).toISOString() });
    expect(resolved[1]).toMatchObject({ promisedBytes: null, freedBytes: null });
  });

  test('of the muted says why, and who muted while he is a member', async () => {
    const [muted] = (await list({ list: 'muted' })).findings;
    expect(muted).toMatchObject({ rule: 'inodes-low', mute: { reason: 'known', until: null, by: 'Home' } });
    await stage.fleet.owner`UPDATE finding SET muted_by = ${foreign.userId} WHERE state = 'muted'`;
    expect((await list({ list: 'muted' })).findings[0]?.mute).toMatchObject({ by: null });
    await stage.fleet.owner`UPDATE finding SET muted_by = ${home.userId} WHERE state = 'muted'`;
  });

  test.each<[string, Partial<FindingsQuery>, string[]]>([
    ['severities', { severities: ['critical', 'notice'] }, ['ci-1 fs-full', 'ci-1 btrfs-atime', 'silent unheard-of']],
    ['rule', { rule: 'fs-full' }, ['ci-1 fs-full', 'ci-2 fs-full']],
    ['store', { storeKey: POOL }, ['ci-1 btrfs-orphan-layer', 'ci-1 btrfs-zombie-mount']],
    ['host name', { text: 'CI-2' }, ['ci-2 fs-full']],
    ['tag and rule id', { text: 'linux fs-full' }, ['ci-1 fs-full']],
    ['a rule that this version does not have', { text: 'unheard' }, ['silent unheard-of']],
    ['store key', { text: 'btrfs:0198' }, ['ci-1 btrfs-orphan-layer', 'ci-1 btrfs-zombie-mount']],
    ['a percent sign, which is no wildcard', { text: '%' }, ['ci-1 btrfs-atime']],
    ['an underscore and a backslash', { text: '%_\\x' }, ['ci-1 btrfs-atime']],
    ['hostile words', { text: "'; DROP TABLE finding; --" }, []],
    ['page', { offset: 1, limit: 2 }, ['ci-2 fs-full', 'ci-1 btrfs-orphan-layer']],
    ['a page beyond the last', { offset: 50 }, []],
  ])('is of %s', async (_, change, lines) => {
    expect(await linesOf(change)).toEqual(lines);
  });

  test('is of a host, and of none for one of another organisation', async () => {
    expect(await linesOf({ hostId: idOf('ci-2') })).toEqual(['ci-2 fs-full']);
    expect(await linesOf({ hostId: idOf('foreign') })).toEqual([]);
    expect(await linesOf({ hostId: idOf('retired') })).toEqual([]);
  });

  test('is searched by the name of the rule in the language that is asked for', async () => {
    const name = ALL_RULES.get('btrfs-orphan-layer')?.text['zh-CN'].name ?? '';
    const word = name.split(/\s+/)[0] ?? '';
    expect(await linesOf({ text: word, language: 'zh-CN' })).toContain('ci-1 btrfs-orphan-layer');
    expect(await linesOf({ text: word })).toEqual([]);
  });

  test('tells each finding in the language that is asked for', async () => {
    const rule = ALL_RULES.get('fs-full');
    for (const language of ['en', 'zh-CN'] as const) {
      const [first] = (await list({ language })).findings;
      expect(first?.title).toBe(rule?.text[language].title(rule.example));
      expect(first?.seen).toBe(rule?.text[language].seen(rule.example));
    }
  });

  test('says of a silent host that it is', async () => {
    const [one] = (await list({ text: 'unheard-of' })).findings;
    expect(one).toMatchObject({ hostName: 'silent', connection: 'silent', state: 'open' });
  });

  test.each([{ limit: 0 }, { limit: 201 }, { offset: -1 }, { offset: 100_001 }, { limit: 1.5 }, { hostId: 'x' }])(
    'refuses %j',
    async (change) => {
      await expect(list(change)).rejects.toMatchObject({ code: 'bad-input' });
    },
  );
});

describe('what cannot be put into words', () => {
  test.each<[string, TestFinding]>([
    ['of a rule that is not known any more', { rule: 'was-removed', subject: 'a' }],
    ['with evidence of another version', { rule: 'fs-full', subject: 'old', evidence: {} }],
  ])('%s is a line that says so in both languages, and breaks no other', async (_, finding) => {
    const actor = await addHome(stage, `Untold ${finding.rule}`);
    await add(actor, 'old', [finding, { rule: 'inodes-low' }]);
    for (const [language, words] of [
      ['en', /another version of Silt/],
      ['zh-CN', /另一个版本/],
    ] as const) {
      const query = { list: 'standing', language, offset: 0, limit: 9 } as const;
      const { findings: told } = await findings.list(actor.organisationId, query);
      const [untold] = told.filter(({ rule }) => rule === finding.rule);
      expect(untold).toMatchObject({ title: finding.rule, seen: expect.stringMatching(words) });
      expect(told.find(({ rule }) => rule === 'inodes-low')?.seen).not.toMatch(words);
      const view = await findings.get(actor, { hostId: idOf('old'), findingNo: untold?.findingNo ?? 0, language });
      expect(view).toMatchObject({ title: finding.rule, why: '', remedy: [] });
    }
  });
});

describe('groups', () => {
  test('by rule have those with the worst first, with their hosts and the oldest of them', async () => {
    const view = await groups();
    expect(view.groups.map(({ key, hosts: n, counts }) => [key, n, counts.critical, counts.warning])).toEqual([
      ['fs-full', 2, 1, 1],
      ['btrfs-orphan-layer', 1, 0, 1],
      ['btrfs-zombie-mount', 1, 0, 1],
      ['btrfs-atime', 1, 0, 0],
      ['unheard-of', 1, 0, 0],
    ]);
    expect(view.groups[0]).toMatchObject({
      name: ALL_RULES.get('fs-full')?.text.en.name,
      oldestAt: hoursAgo(9).toISOString(),
      promisedBytes: null,
    });
    expect(view).toMatchObject({
      total: 5,
      lists: { standing: 6, muted: 1, resolved: 2 },
      counts: { critical: 1, warning: 3, notice: 2 },
    });
  });

  test('by host count the bytes that two rules promise of one subject once', async () => {
    const { groups: byHost } = await groups({ by: 'host' });
    expect(byHost.map(({ key, name, hosts: n, promisedBytes }) => [key, name, n, promisedBytes])).toEqual([
      [idOf('ci-1'), 'ci-1', 1, 3 * GIB],
      [idOf('ci-2'), 'ci-2', 1, null],
      [idOf('silent'), 'silent', 1, null],
    ]);
  });

  test('of severities have the tabs of these, and the severities of all', async () => {
    const view = await groups({ severities: ['critical'] });
    expect(view.groups.map(({ key }) => key)).toEqual(['fs-full']);
    expect(view.lists).toEqual({ standing: 1, muted: 0, resolved: 0 });
    expect(view.counts).toEqual({ critical: 1, warning: 3, notice: 2 });
  });

  test('are paged, filtered and empty as lists are', async () => {
    expect((await groups({ offset: 1, limit: 1 })).groups.map(({ key }) => key)).toEqual(['btrfs-orphan-layer']);
    expect(await groups({ text: 'ci-2', list: 'muted' })).toMatchObject({ total: 1, groups: [{ key: 'inodes-low' }] });
    expect(await groups({ text: 'nowhere' })).toEqual({
      ...{ groups: [], total: 0, lists: { standing: 0, muted: 0, resolved: 0 } },
      counts: { critical: 0, warning: 0, notice: 0 },
    });
    await expect(groups({ limit: 201 })).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('one finding', () => {
  test('comes with why, remedy, basis, evidence and the name of its store', async () => {
    const rule = ALL_RULES.get('btrfs-orphan-layer');
    const view = await findings.get(home, { hostId: idOf('ci-1'), findingNo: 2, language: 'zh-CN' });
    expect(view).toMatchObject({
      ...{ ruleName: rule?.text['zh-CN'].name, basis: rule?.basis, evidence: rule?.example, storeName: '/pool' },
      ...{ why: rule?.text['zh-CN'].why(rule.example), mayMute: true },
    });
    expect(view.remedy.map(({ kind, command, note }) => [kind, command, note])).toEqual(
      rule?.remedy(rule.example).map(({ kind, command, note }) => [kind, command, note['zh-CN']]),
    );
  });

  test('of a store that is gone has no name of it, and who is a member may not mute it', async () => {
    const view = await findings.get(
      { ...home, role: 'member' },
      { hostId: idOf('ci-1'), findingNo: 1, language: 'en' },
    );
    expect(view).toMatchObject({ storeKey: 'mount:/', storeName: null, mayMute: false });
  });

  test.each([
    ['of another organisation', () => ({ hostId: idOf('foreign'), findingNo: 1 })],
    ['of a retired host', () => ({ hostId: idOf('retired'), findingNo: 1 })],
    ['that never was', () => ({ hostId: idOf('ci-1'), findingNo: 99 })],
    ['of a number that is none', () => ({ hostId: idOf('ci-1'), findingNo: 2 ** 40 })],
    ['of no host', () => ({ hostId: UNKNOWN_ID, findingNo: 1 })],
    ['of an id that is none', () => ({ hostId: 'x', findingNo: 1 })],
  ])('%s is not found', async (_, address) => {
    await expect(findings.get(home, { ...address(), language: 'en' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('what stands is counted over all hosts but the retired, and shown in the rows of the fleet', async () => {
  expect(await findings.counts(home.organisationId)).toEqual({ critical: 1, warning: 3, notice: 2 });
  const page = await stage.services.fleetPage(home.organisationId, {
    ...{ sort: 'name', descending: false, offset: 0, limit: 9 },
  });
  expect(page.hosts.map(({ name, findings: counts }) => [name, counts])).toEqual([
    ['ci-1', { critical: 1, warning: 2, notice: 1 }],
    ['ci-2', { critical: 0, warning: 1, notice: 0 }],
    ['silent', { critical: 0, warning: 0, notice: 1 }],
  ]);
});

describe('what rules could not tell', () => {
  test('is not known of a host that was not judged yet', async () => {
    const query = { hostId: idOf('ci-2'), language: 'en' } as const;
    expect(await findings.blindness(home.organisationId, query)).toEqual({
      ...{ judgedAt: null, surveyedAt: null, rules: 0, blind: [], faults: [] },
    });
  });

  test('is grouped by what would let them tell, with the rules that failed', async () => {
    const { owner } = stage.fleet;
    const host = hosts['ci-1'] as TestHost;
    const cannotTell = [
      { rule: 'btrfs-orphan-layer', subject: POOL, missing: 'administrator' },
      { rule: 'btrfs-zombie-mount', subject: null, missing: 'administrator' },
      { rule: 'fd-pin', subject: null, missing: 'processes' },
      { rule: 'unheard-of', subject: null, missing: 'processes' },
    ];
    const faults = [{ rule: 'fs-full', message: 'x is not a function' }];
    await owner`
      INSERT INTO judgement (host_id, organisation_id, judged_at, surveyed_at, cannot_tell, faults)
      VALUES (${host.id}, ${host.organisationId}, ${hoursAgo(1)}, NULL, ${owner.json(cannotTell)}, ${owner.json(faults)})`;
    const query = { hostId: host.publicId, language: 'en' } as const;
    const view = await findings.blindness(home.organisationId, query);
    expect(view).toMatchObject({
      ...{ judgedAt: hoursAgo(1).toISOString(), surveyedAt: null, rules: ALL_RULES.size, faults },
    });
    const told = view.blind.map(({ missing, rules }) => [missing, rules.map(({ rule }) => rule).sort()]);
    expect(Object.fromEntries(told)).toEqual({
      administrator: ['btrfs-orphan-layer', 'btrfs-zombie-mount'],
      processes: ['fd-pin', 'unheard-of'],
    });
    const [orphan] = view.blind.flatMap(({ rules }) => rules.filter(({ rule }) => rule === 'btrfs-orphan-layer'));
    expect(orphan).toMatchObject({ name: ALL_RULES.get('btrfs-orphan-layer')?.text.en.name, subjects: ['/pool'] });
    for (const { remedy } of view.blind) expect(remedy).not.toBe('');
  });

  test('of a host of another organisation is not found', async () => {
    const query = { hostId: idOf('foreign'), language: 'en' } as const;
    await expect(findings.blindness(home.organisationId, query)).rejects.toMatchObject({ code: 'not-found' });
  });
});
