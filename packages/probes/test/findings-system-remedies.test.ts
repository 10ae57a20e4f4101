import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Evidence, LANGUAGES, type RemedyStep } from '../../domain/src/findings/rule.ts';
import { FLEET_RULES, HEALTH_RULES, SYSTEM_RULES } from '../../domain/src/findings/system-rules.ts';
import { only } from './incident-host.ts';

describe('remedies and texts of the system’s rules', () => {
  const HOSTILE = [
    '/srv/a b',
    "/srv/it's",
    '/srv/$(touch pwned)`id`',
    '/srv/"x"; rm -rf ~ #',
    '/srv/line\nbreak',
    '/-rf',
    '/srv/*?[a]',
    '/srv/\\x41',
  ];
  const commandsOf = (steps: readonly RemedyStep[]) =>
    steps.flatMap(({ command, kind }) => (command === null || kind === 'edit' ? [] : [command]));
  /** Functions instead of the programs print their words. */
  const stubbed = (line: string) =>
    `${['stat', 'df', 'du', 'dmesg', 'fstrim', 'mount', 'findmnt', 'losetup', 'docker', 'systemctl', 'fallocate']
      .map((name) => `${name}() { printf '<%s>' "$@" >&2; }`)
      .join('; ')}; ${line}`;
  const wordsOf = (line: string) =>
    execFileSync('bash', ['-c', `{ ${stubbed(line)}\n} 2>&1 | cat; true`], { encoding: 'utf8' });

  test.each(HOSTILE)('names come out of every line as they are: %j', (name) => {
    for (const rule of SYSTEM_RULES.filter(({ id }) => id !== 'probe-blind')) {
      const changed = Object.fromEntries(
        Object.entries(rule.example).map(([key, value]) => {
          if (key === 'dockerSockets') return [key, [name]];
          return [key, typeof value === 'string' && value.startsWith('/') ? name : value];
        }),
      );
      const commands = commandsOf(rule.remedy(changed));
      for (const command of commands) execFileSync('bash', ['-n', '-c', command]);
      const own = commands.filter((one) => /^(df|du|fstrim|mount|findmnt -n)/.test(one) && !one.includes('&&'));
      expect(own.length).toBeGreaterThan(0);
      for (const command of own.map((one) => one.replace(/ \| .*$/s, ''))) {
        expect(wordsOf(command)).toContain(`<${name}>`);
      }
    }
  });

  test.each(HOSTILE)('what is searched for comes out of the line as it is: %j', (name) => {
    const printed = (id: string, change: (example: Evidence) => object): string => {
      const { remedy, example } = only([...SYSTEM_RULES, ...HEALTH_RULES].filter((rule) => rule.id === id));
      const steps = remedy({ ...example, ...change(example) });
      const search = only(commandsOf(steps).filter((one) => one.includes('| grep -F ')));
      const [, words = ''] = search.split('| grep ');
      return execFileSync('bash', ['-c', `printf '<%s>' ${words}`], { encoding: 'utf8' });
    };
    expect(printed('cloned-host', () => ({ address: name }))).toBe(`<-F><--><${name}>`);
    const two = ({ probes }: Evidence) => {
      const [one] = probes as object[];
      return { probes: [one, { ...one, probe: name }] };
    };
    expect(printed('probe-blind', two)).toBe(`<-F><-e><thin-pools><-e><${name}>`);
  });

  test('a file of hostile name is claimed only where there is room', () => {
    const rule = only(SYSTEM_RULES.filter(({ id }) => id === 'loop-overcommit'));
    for (const name of HOSTILE) {
      const steps = rule.remedy({ ...rule.example, backingFile: name, outerMountPoint: name });
      const claim = only(commandsOf(steps).filter((one) => one.includes('fallocate')));
      const withSizes = (available: number) =>
        execFileSync(
          'bash',
          [
            '-c',
            `df() { printf 'Avail\\n${available}\\n'; }; stat() { case "$2" in %s) echo 1000;; *) echo '1000 - 1 * 512';; esac; }; fallocate() { printf '<%s>' "$@"; }\n${claim} || true`,
          ],
          { encoding: 'utf8' },
        );
      expect(withSizes(488)).toBe('');
      expect(withSizes(489)).toBe(`<-l><1000><--><${name}>`);
    }
  });

  test('a line for fstab has its fields as fstab(5) wants them', () => {
    const rule = only(SYSTEM_RULES.filter(({ id }) => id === 'loop-risky-options'));
    const steps = rule.remedy({ ...rule.example, backingFile: '/srv/my disk#1.img', mountPoint: '/mnt/a\\b' });
    expect(only(steps.filter(({ kind }) => kind === 'edit')).command).toBe(
      '/srv/my\\040disk\\0431.img /mnt/a\\134b ext4 loop,noatime 0 0',
    );
  });

  test('nothing that they tell to run destroys anything', () => {
    for (const { remedy, example } of [...SYSTEM_RULES, ...HEALTH_RULES, ...FLEET_RULES]) {
      expect(remedy(example).some(({ isDestructive }) => isDestructive)).toBe(false);
    }
  });

  test('their texts are there in both languages, and name what they are about', () => {
    for (const { text, example, remedy } of [...SYSTEM_RULES, ...HEALTH_RULES, ...FLEET_RULES]) {
      const [probe] = (example.probes ?? []) as { probe: string }[];
      const subject = example.mountPoint ?? example.hostName ?? probe?.probe ?? 'ci-01';
      for (const language of LANGUAGES) {
        const { name, title, seen, why } = text[language];
        for (const words of [name, title(example), seen(example), why(example)]) {
          expect(words).not.toMatch(/^\s*$|undefined|null|NaN/);
        }
        expect(title(example)).toContain(String(subject));
      }
      expect(remedy(example).map(({ note }) => note.en === '' || note['zh-CN'] === '')).not.toContain(true);
      expect(remedy(example).at(-1)?.kind).toBe('expect');
    }
  });
});
