import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { BTRFS_RULES } from '../../domain/src/findings/btrfs-rules.ts';
import { type Evidence, LANGUAGES, type RemedyStep } from '../../domain/src/findings/rule.ts';

describe('words', () => {
  test.each(BTRFS_RULES)('$id has words of its subject in each language', ({ example, text, remedy }) => {
    const subject = example.dataRoot ?? example.mountPoint ?? example.configurationFile;
    for (const language of LANGUAGES) {
      const { name, title, seen, why } = text[language];
      for (const words of [name, title(example), seen(example), why(example)]) {
        expect(words).toMatch(/\S/);
        expect(words).not.toMatch(/undefined|null|NaN/);
      }
      expect(title(example)).toContain(subject);
      for (const { note } of remedy(example)) expect(note[language]).toMatch(/\S/);
    }
  });

  test('nothing of theirs is destructive: no rule has proof that something is needed by nobody', () => {
    const steps = BTRFS_RULES.flatMap(({ remedy, example }) => remedy(example));
    expect(steps.filter(({ isDestructive }) => isDestructive)).toEqual([]);
  });
});

const HOSTILE = [
  '/mnt/a b',
  "/mnt/it's",
  '/mnt/$(touch /tmp/silt-was-run)`id`',
  '/mnt/"q" \\x',
  '/mnt/* ? [a] ~ #c',
  '/mnt/-rf; reboot & | >f',
  '/mnt/new\nline\tand\u001b[2J',
  '/mnt/数据',
];
const PROGRAMS = ['btrfs', 'findmnt', 'mount', 'mv', 'cp', 'chmod', 'systemctl', 'smartctl', 'lsblk', 'journalctl'];
const OTHER_PROGRAMS = ['grep', 'ls', 'lsof', 'du', 'dmesg', 'docker'];

/** The words that the programs of each line are given, by a bash that can start none. */
function wordsOf(lines: readonly string[]): string[][] {
  const programs = [...PROGRAMS, ...OTHER_PROGRAMS].map((name) => `${name}() { printf '%s\\0' "$@"; }`);
  const script = [...programs, ...lines.map((line) => `${line}\nprintf 'end of line\\0'`)].join('\n');
  const answer = execFileSync('/bin/bash', ['--norc', '-c', script], {
    env: { PATH: '/nonexistent' },
    encoding: 'utf8',
  });
  return answer
    .split('end of line\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

describe('names of a hostile host', () => {
  const NAMES = ['mountPoint', 'dataRoot', 'unit', 'path'];
  const hostile = (evidence: Evidence, name: string): Evidence => {
    const put = (value: unknown, key: string): unknown => {
      if (NAMES.includes(key)) return name;
      if (Array.isArray(value)) return value.map((one) => put(one, ''));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([inner, one]) => [inner, put(one, inner)]));
    };
    return put(evidence, '') as Evidence;
  };
  const linesOf = (steps: readonly RemedyStep[]) =>
    steps.flatMap(({ kind, command }) => (command === null || kind === 'edit' ? [] : [command]));

  test.each(BTRFS_RULES)('come out of the commands of $id as they are', ({ remedy, example }) => {
    const drivers = 'storageDriver' in example ? [{ storageDriver: 'btrfs' }, { storageDriver: 'overlay2' }] : [{}];
    for (const driver of drivers) {
      // With a unit, as the hostile one has.
      const plain = linesOf(remedy({ ...hostile(example, '/plain'), ...driver }));
      const plainWords = wordsOf(plain);
      for (const name of HOSTILE) {
        const lines = linesOf(remedy({ ...hostile(example, name), ...driver }));
        const words = wordsOf(lines);
        expect(words.map((one) => one.map((word) => word.replaceAll(name, '/plain')))).toEqual(plainWords);
        const withName = words.map((one) => one.some((word) => word.includes(name)));
        expect(withName).toEqual(lines.map((line, at) => line !== plain[at]));
        if (!/\p{Cc}/u.test(name)) execFileSync('/bin/sh', ['-n', '-c', lines.join('\n')]);
      }
    }
  });
});
