import { type RemedyStep, shellLine } from '@silt/domain/findings';
import { describe, expect, test } from 'vitest';
import type { HostLook } from '../src/doctor/diagnose.ts';
import { hang, wrapProse } from '../src/doctor/wrap-prose.ts';
import { columnsOf } from '../src/once/columns.ts';
import { deleteStep, doctorOf, fakeRule, terminal } from './doctor-rules.ts';
import { bareHost, labHost } from './once-host.ts';

const host = labHost('btrfs');
const STEPS: RemedyStep[] = [
  { kind: 'look', command: 'ls /srv', isDestructive: false, note: { en: 'It is there.', 'zh-CN': '它在那里。' } },
  deleteStep('/srv/a b'),
];
const count = (text: string, part: string) => text.split(part).length - 1;
const many = (size: number) =>
  Array.from({ length: size }, (_, place) => ({
    subject: `/${String(place).padStart(3, '0')}`,
    severity: 'warning' as const,
  }));

/** The same look, all of whose probes read everything. */
const whole: HostLook = {
  ...host,
  snapshot: { ...host.snapshot, probes: host.snapshot.probes.map((one) => ({ ...one, status: 'ok', reason: null })) },
};

describe('the header', () => {
  test('has the host and its fullest store on one line', async () => {
    const [first] = (await doctorOf(host, [])).text.split('\n');
    expect(first).toMatch(/^\S+ {2}fullest: \S+ .+ [█░]{10} .*% {2}.* \/ .*B$/);
  });

  test('says so where no store was read', async () => {
    const [first] = (await doctorOf(bareHost(), [])).text.split('\n');
    expect(first).toBe('a host whose name was not read  the fill of no store was read');
  });
});

describe('findings', () => {
  test('stand below their severity, the worst first, with numbered steps', async () => {
    const rules = [
      fakeRule('later', { finds: [{ subject: '/n', severity: 'notice' }] }),
      fakeRule('first', { finds: [{ subject: '/c', severity: 'critical' }], remedy: () => STEPS }),
    ];
    const { text } = await doctorOf(host, rules);
    expect(text).toContain(`CRITICAL: writes fail or data is at risk, now or within 2 days

! /c: title of first [first]
  seen of first /c
  Why it matters: why of first
  What to do
   1. Look: It is there.
      ls /srv
   2. Run: DELETES FOR GOOD. Takes /srv/a b away.
      rm -- '/srv/a b'

NOTICE: good to know

! /n: title of later [later]`);
    expect(text).toContain('1 critical · 1 notice');
  });

  test('of one rule say only once why it matters, and a remedy that is the same is not repeated', async () => {
    const { text } = await doctorOf(host, [fakeRule('same', { finds: many(2), remedy: () => STEPS })]);
    expect([count(text, 'why of same'), count(text, 'ls /srv'), count(text, 'the same as above')]).toEqual([1, 1, 1]);
  });

  test('of one rule are shown in full three times, then by a line, then counted; by name all of them', async () => {
    const rule = fakeRule('many', { finds: many(200), remedy: (subject) => [deleteStep(subject)] });
    const { text } = await doctorOf(host, [rule]);
    expect([count(text, 'DELETES'), count(text, '[many]')]).toEqual([3, 11]);
    expect(text).toContain('and 189 more; all of them with --rule many');
    expect(count((await doctorOf(host, [rule], { rule: ['many'] })).text, 'DELETES')).toBe(200);
  });

  test('with many steps say how many are left out', async () => {
    const rule = fakeRule('long', {
      finds: [{ subject: '/', severity: 'notice' }],
      remedy: () => Array.from({ length: 40 }, (_, place) => deleteStep(`/${place}`)),
    });
    expect((await doctorOf(host, [rule])).text).toContain('26 steps more: see all with --rule long');
    expect(count((await doctorOf(host, [rule], { rule: ['long'] })).text, 'DELETES')).toBe(40);
  });

  test('mark what deletes in words in both languages', async () => {
    const rule = fakeRule('gone', { finds: many(1), remedy: () => STEPS });
    const { text } = await doctorOf(host, [rule], { lang: 'zh-CN' });
    expect(text).toContain(' 2. 执行：【永久删除，不可恢复】删除 /srv/a b。');
  });
});

describe('what could not be told', () => {
  const rules = [
    fakeRule('for-root', {
      cannotTell: [{ subject: host.snapshot.layout.stores[0]?.key ?? '', missing: 'administrator' }],
    }),
    fakeRule('for-root-too', { cannotTell: [{ subject: null, missing: 'processes' }] }),
    fakeRule('of-days', { needsPast: true }),
    fakeRule('of-lvm', { cannotTell: [{ subject: null, missing: 'lvm' }] }),
  ];

  test('names the command that would tell, quoted as it was typed', async () => {
    const argv = ['/usr/bin/node', '/opt/s.mjs', 'doctor', '--docker-socket', '/run/my docker.sock'];
    const { text } = await doctorOf(host, rules, {}, { isRoot: false, argv });
    expect(text).toContain(`As root, 3 more rules could tell:
    sudo /usr/bin/node /opt/s.mjs doctor --docker-socket '/run/my docker.sock'
    for-root (${host.snapshot.layout.stores[0]?.name}), for-root-too, of-lvm`);
  });

  test('does not send root to root', async () => {
    const { text } = await doctorOf(host, rules);
    expect(text).not.toContain('sudo');
    expect(text).toContain('This is root without it');
  });

  test('root does not help against configuration that no probe reads', async () => {
    const rule = fakeRule('of-files', { cannotTell: [{ subject: null, missing: 'configuration' }] });
    const { text } = await doctorOf(host, [rule], {}, { isRoot: false });
    expect(text).not.toContain('sudo');
    expect(text).toContain('configuration that was not read');
  });

  test('sends what needs days to a server, and the rest to a program', async () => {
    const { text } = await doctorOf(host, rules);
    expect(text).toContain('1 rule would need an earlier look, and doctor keeps none.');
    expect(text).toMatch(/install lvm2\.\n {4}of-lvm\n/);
  });

  test('an executable that is its own script is named once', async () => {
    const argv = ['/opt/silt-collector', '/opt/silt-collector', 'doctor'];
    const { text } = await doctorOf(host, rules, {}, { isRoot: false, argv });
    expect(text).toContain('\n    sudo /opt/silt-collector doctor\n');
  });

  test('a rule that broke is named, and the others are told', async () => {
    const broken = fakeRule('broken', { isBroken: true });
    const { text } = await doctorOf(host, [broken, fakeRule('fine', { finds: many(1) })]);
    expect(text).toContain(
      'The rule broken broke; that is a fault of Silt. Please report it: a fault\\u{a}of two lines',
    );
    expect(text).toContain('title of fine');
  });
});

describe('nothing found', () => {
  test('is said without a condition only where all was read', async () => {
    const needsPast = fakeRule('of-days', { needsPast: true });
    expect((await doctorOf(whole, [needsPast])).text).toContain('Nothing found.\nLooked at: ');
    const blind = fakeRule('blind', { cannotTell: [{ subject: null, missing: 'sysfs' }] });
    expect((await doctorOf(whole, [blind])).text).toContain('Nothing found in what could be read.');
  });

  test('says with what was not read that it was not', async () => {
    expect((await doctorOf(bareHost(), [])).text).toContain('Looked at: 0 stores, Docker not read.');
  });
});

const ESCAPE = '\u{1b}';
test.each([
  ['a newline and a line of ours', '\nCRITICAL'],
  ['a sequence that clears the screen', `${ESCAPE}[2J`],
  ['a C1 control', '\u{9b}2J'],
  ['a change of direction', '\u{202e}'],
])('names with %s move no cursor and make no line', async (_, end) => {
  const subject = `/srv${end}`;
  const rule = fakeRule('hostile', { finds: [{ subject, severity: 'notice' }], remedy: () => [deleteStep(subject)] });
  const look = structuredClone(host);
  for (const store of look.snapshot.layout.stores) store.name += end;
  if (look.facts !== null) look.facts.name += end;
  const argv = ['/usr/bin/node', subject, 'doctor'];
  const blind = fakeRule('blind', { cannotTell: [{ subject, missing: 'processes' }] });
  const { text } = await doctorOf(look, [rule, blind], {}, { isRoot: false, argv });
  expect(text).not.toMatch(/[^\n\P{C}]/u);
  expect(text).not.toMatch(/^\s*CRITICAL/m);
});

test('a command whose names had to be shown as codes says so', async () => {
  const command = (name: string) =>
    fakeRule('turned', { finds: many(1), remedy: () => [{ ...deleteStep(''), command: `rm -- ${name}` }] });
  expect((await doctorOf(host, [command('a\u{202e}b')])).text).toContain('take this command from --json');
  expect((await doctorOf(host, [command('a')])).text).not.toContain('take this command from --json');
});

test.each([60, 72, 100])('prose fits a terminal of %i columns, and commands stay whole', async (columns) => {
  const long = shellLine('btrfs', 'subvolume', 'delete', `/srv/${'a b/'.repeat(60)}`);
  const remedy = (): RemedyStep[] => [{ ...deleteStep('word '.repeat(40)), command: long }];
  const subject = `/srv/${'long/'.repeat(40)}`;
  const rules = [
    fakeRule('wide', { finds: [{ subject, severity: 'notice' }], remedy }),
    ...['x', 'y', 'z'].map((id) => fakeRule(`blind-${id}`, { cannotTell: [{ subject, missing: 'data-root' }] })),
  ];
  for (const lang of ['en', 'zh-CN']) {
    const { text } = await doctorOf(host, rules, { lang }, { stdout: terminal(columns) });
    const wide = text.split('\n').filter((line) => columnsOf(line) > columns);
    expect(wide.map((line) => line.trim())).toEqual([long]);
  }
});

test('a terminal of fewer than 60 columns gets lines for 60', async () => {
  const texts = [20, 60].map(async (columns) => (await doctorOf(host, [], {}, { stdout: terminal(columns) })).text);
  const [narrow, usual] = await Promise.all(texts);
  expect(narrow).toBe(usual);
});

test('a look through another root says whose paths they are', async () => {
  expect((await doctorOf(host, [], { hostRoot: '/host' })).text).toContain('The host was read through /host;');
});

describe('wrapping', () => {
  test.each([
    ['words', 'one two three', 8, ['one two', 'three']],
    ['a word that is too long', 'a abcdefghij b', 4, ['a', 'abcd', 'efgh', 'ij b']],
    ['figures with their units', 'holds 904.6 MiB', 12, ['holds', '904.6 MiB']],
    ['a share with its sign', 'less than 20 % full', 13, ['less than', '20 % full']],
    // Two columns a character; a full stop begins no line.
    ['Chinese, without spaces', '空间不足，写入失败。', 9, ['空间不', '足，写入', '失败。']],
    ['nothing', '', 10, ['']],
  ])('%s', (_, text, columns, lines) => {
    expect(wrapProse(text, columns)).toEqual(lines);
  });

  test('hangs below the first word', () => {
    expect(hang('1. ', 'one two three', 10)).toEqual(['1. one two', '   three']);
  });
});
