import { PassThrough } from 'node:stream';
import {
  defineRule,
  type Evidence,
  type Language,
  type MissingFact,
  type RemedyStep,
  type Rule,
  type RuleText,
  type Severity,
  shellLine,
} from '@silt/domain/findings';
import type { HostLook } from '../src/doctor/diagnose.ts';
import { type DoctorFlags, type DoctorProcess, runDoctor } from '../src/doctor/run-doctor.ts';

type Told = { subject: string; severity: Severity };
type Told2 = Told & Evidence;

interface FakeRule {
  finds?: Told[];
  cannotTell?: { subject: string | null; missing: MissingFact }[];
  needsPast?: boolean;
  remedy?: (subject: string) => RemedyStep[];
  isBroken?: boolean;
}

const textIn = (of: (word: string) => string): RuleText<Told2> => ({
  name: of('name'),
  title: ({ subject }) => `${subject}: ${of('title')}`,
  seen: ({ subject }) => `${of('seen')} ${subject}`,
  why: () => of('why'),
});

export const deleteStep = (subject: string): RemedyStep => ({
  ...{ kind: 'run', command: shellLine('rm', '--', subject), isDestructive: true },
  note: { en: `Takes ${subject} away.`, 'zh-CN': `删除 ${subject}。` },
});

/** A rule that finds what it is told to, so that the frame is tested apart from the rules. */
export function fakeRule(id: string, fake: FakeRule): Rule {
  const { finds = [], cannotTell = [], needsPast = false, remedy = () => [], isBroken = false } = fake;
  const text: Record<Language, RuleText<Told2>> = {
    en: textIn((word) => `${word} of ${id}`),
    'zh-CN': textIn((word) => `${id} 的 ${word}`),
  };
  return defineRule<Told2>({
    ...{ id, needsPast, basis: ['moby/moby#1'], wasSeen: false, text },
    check() {
      if (isBroken) throw new Error('a fault\nof two lines');
      const findings = finds.map((told) => ({ ...told, storeKey: null, evidence: told }));
      return { findings, cannotTell };
    },
    remedy: ({ subject }) => remedy(subject),
    example: { subject: '/srv', severity: 'notice' },
  });
}

export const PLAIN_FLAGS: DoctorFlags = { json: false, rule: [], hostRoot: '/' };

export const newProcess = (changes: Partial<DoctorProcess> = {}): DoctorProcess => ({
  ...{ stdout: new PassThrough(), locale: 'en-US', isRoot: true },
  argv: ['/usr/bin/node', '/opt/silt-collector.mjs', 'doctor'],
  ...changes,
});

/** As on a terminal of so many columns, without colours. */
export const terminal = (columns: number): DoctorProcess['stdout'] =>
  Object.assign(new PassThrough(), { isTTY: true, columns, getColorDepth: () => 1 });

export const doctorOf = (
  look: HostLook,
  rules: readonly Rule[],
  flags: Partial<DoctorFlags> = {},
  changes: Partial<DoctorProcess> = {},
) => runDoctor({ ...PLAIN_FLAGS, ...flags }, newProcess(changes), async () => look, rules);
