import { RULES } from '@silt/domain/findings';
import { describe, expect, test } from 'vitest';
import { runDoctor } from '../src/doctor/run-doctor.ts';
import { doctorOf, fakeRule, newProcess, PLAIN_FLAGS } from './doctor-rules.ts';
import { bareHost, LAB_HOSTS, labHost } from './once-host.ts';

const host = labHost('btrfs');
const critical = fakeRule('b-critical', { finds: [{ subject: '/b', severity: 'critical' }] });
const warnings = fakeRule('a-warnings', {
  finds: [
    { subject: '/z', severity: 'warning' },
    { subject: '/a', severity: 'warning' },
  ],
});
const notice = fakeRule('c-notice', { finds: [{ subject: '/c', severity: 'notice' }] });
const silent = fakeRule('silent', {});
const blind = fakeRule('blind', { cannotTell: [{ subject: null, missing: 'administrator' }] });
const broken = fakeRule('broken', { isBroken: true });

describe('the exit code', () => {
  test.each([
    ['nothing was found', [silent], 0],
    ['no rule could tell', [blind], 0],
    ['notices were found', [notice], 10],
    ['warnings were found', [notice, warnings], 11],
    ['something critical was found', [notice, warnings, critical], 12],
    // What it would have found is not known: no script may take that for health.
    ['a rule broke and the others found nothing', [broken, silent], 1],
    ['a rule broke and another found something', [broken, notice], 10],
  ])('%s', async (_, rules, exitCode) => {
    expect((await doctorOf(host, rules)).exitCode).toBe(exitCode);
    expect((await doctorOf(host, rules, { json: true })).exitCode).toBe(exitCode);
  });
});

describe('--json', () => {
  const jsonOf = async (...rules: Parameters<typeof doctorOf>[1]) =>
    JSON.parse((await doctorOf(host, rules, { json: true })).text);

  test('has all that text has, the worst first, then by rule, then by subject', async () => {
    const told = await jsonOf(warnings, notice, critical, blind);
    expect(Object.keys(told)).toEqual(['host', 'takenAt', 'findings', 'cannotTell', 'probes']);
    expect(told.findings.map(({ rule, subject }: { rule: string; subject: string }) => [rule, subject])).toEqual([
      ['b-critical', '/b'],
      ['a-warnings', '/a'],
      ['a-warnings', '/z'],
      ['c-notice', '/c'],
    ]);
    expect(told.findings[0]).toEqual({
      ...{ rule: 'b-critical', severity: 'critical', subject: '/b', storeKey: null },
      evidence: { subject: '/b', severity: 'critical' },
      ...{ title: '/b: title of b-critical', seen: 'seen of b-critical /b', why: 'why of b-critical', remedy: [] },
    });
    expect(told.cannotTell).toEqual([{ rule: 'blind', subject: null, missing: 'administrator' }]);
    expect(told.probes).toEqual(host.snapshot.probes);
    expect(told.host).toEqual(host.facts);
  });

  test('is the same for the same look, whatever the order in which a rule found', async () => {
    const turned = fakeRule('a-warnings', {
      finds: [
        { subject: '/a', severity: 'warning' },
        { subject: '/z', severity: 'warning' },
      ],
    });
    expect(await jsonOf(turned)).toEqual(await jsonOf(warnings));
  });

  test('names the rules that broke', async () => {
    expect((await jsonOf(broken, notice)).faults).toEqual([{ rule: 'broken', message: 'a fault\nof two lines' }]);
  });

  test('gives back hostile names as they are, and prints none of what moves a cursor', async () => {
    const subject = '\u{1b}[2J\u{9b}2J\u{202e}\u{e0001}\n';
    const rule = fakeRule('hostile', { finds: [{ subject, severity: 'notice' }] });
    const { text } = await doctorOf(host, [rule], { json: true });
    expect(text).not.toMatch(/[^\n\P{C}]/u);
    expect(JSON.parse(text).findings[0].subject).toBe(subject);
  });
});

describe('--rule', () => {
  test('asks these rules alone', async () => {
    const { text, exitCode } = await doctorOf(host, [critical, warnings, notice], { rule: ['c-notice'] });
    expect([exitCode, text.includes('b-critical')]).toEqual([10, false]);
    expect(text).toContain('1 rule asked');
  });

  test('what a service may not read is a finding only for whoever asks for it', async () => {
    const own = fakeRule('probe-blind', { finds: [{ subject: 'docker', severity: 'notice' }] });
    expect((await doctorOf(host, [own])).exitCode).toBe(0);
    expect((await doctorOf(host, [own], { rule: ['probe-blind'] })).exitCode).toBe(10);
  });

  test('an unknown one is wrong use', async () => {
    const wrong = doctorOf(host, [critical], { rule: ['b-critical', 'b-critcal'] });
    await expect(wrong).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('"b-critcal"') });
  });
});

describe('--lang', () => {
  test.each([
    ['en-US', undefined, 'title of c-notice'],
    ['de-DE', undefined, 'title of c-notice'],
    ['zh-CN', undefined, 'c-notice 的 title'],
    ['zh-TW', undefined, 'c-notice 的 title'],
    ['zh-CN', 'en', 'title of c-notice'],
    ['en-US', 'zh-CN', 'c-notice 的 title'],
  ])('locale %s and --lang %s', async (locale, lang, part) => {
    const flags = lang === undefined ? {} : { lang };
    expect((await doctorOf(host, [notice], flags, { locale })).text).toContain(part);
  });

  test('an unknown one is wrong use', async () => {
    await expect(doctorOf(host, [], { lang: 'de' })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('--explain', () => {
  const look = () => Promise.reject(new Error('the host must not be read'));

  test('tells what a rule stands on, without a look at the host', async () => {
    const flags = { ...PLAIN_FLAGS, explain: 'c-notice' };
    const { text, exitCode } = await runDoctor(flags, newProcess(), look, [critical, notice]);
    expect(exitCode).toBe(0);
    for (const part of ['why of c-notice', '/srv: title of c-notice', 'moby/moby#1', 'Not seen on a real host']) {
      expect(text).toContain(part);
    }
  });

  test('lists the rules where none is named', async () => {
    const { text } = await doctorOf(host, [critical, notice], { explain: true });
    expect(text).toBe('b-critical  name of b-critical\nc-notice    name of c-notice');
  });

  test('has the same as JSON', async () => {
    const { text } = await doctorOf(host, [notice], { explain: 'c-notice', json: true });
    expect(JSON.parse(text)).toMatchObject([
      { id: 'c-notice', wasSeen: false, example: { title: '/srv: title of c-notice' } },
    ]);
  });

  test.each(['en', 'zh-CN'])('explains each of the real rules in %s', async (lang) => {
    for (const { id } of RULES) {
      const { text } = await doctorOf(host, RULES, { explain: id, lang });
      expect(text).toContain(`[${id}]`);
      expect(text).not.toMatch(/\[object|\bNaN\b/);
    }
  });
});

test('the real rules break on no host of the lab, nor on one of which nothing was read', async () => {
  for (const look of [bareHost(), ...LAB_HOSTS.map(labHost)]) {
    const told = JSON.parse((await doctorOf(look, RULES, { json: true })).text);
    expect(told.faults).toBeUndefined();
  }
});

test('nothing is found on a host of which nothing was read', async () => {
  const { text, exitCode } = await doctorOf(bareHost(), RULES);
  expect([exitCode, text.includes('Nothing found in what could be read.')]).toEqual([0, true]);
});
