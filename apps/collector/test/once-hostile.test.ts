import { expect, test } from 'vitest';
import { formatOnce } from '../src/once/format-once.ts';
import type { HostSeen } from '../src/once/host-view.ts';
import { LAB_HOSTS, type LabHost, labHost, linesOf, plain, shown } from './once-host.ts';

/** Texts that the collector makes itself, and paths that are looked for by their form. */
const OWN = new Set([
  ...['key', 'storeKey', 'kind', 'series', 'status', 'state', 'type', 'mode', 'class', 'reason', 'driver', 'takenAt'],
  ...['device', 'path', 'daemonKey', 'daemonKeys', 'containerdKeys', 'outerStoreKey'],
]);

/** Every text of a host with something at its end. */
function spoil(value: unknown, end: string, key = ''): unknown {
  if (typeof value === 'string') return OWN.has(key) ? value : value + end;
  if (Array.isArray(value)) return value.map((one) => spoil(one, end, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoil(one, end, name)]));
}
const spoiled = (name: LabHost, end: string): HostSeen => spoil(labHost(name), end) as HostSeen;

const ESCAPE = '\u{1b}';
const HOSTILE = [
  ['a newline', '\n'],
  ['a carriage return', '\r└─ ext4 /fake'],
  ['a sequence that clears the screen', `${ESCAPE}[2J${ESCAPE}[H`],
  ['a title of the window', `${ESCAPE}]0;title\u{7}`],
  ['a C1 control', '\u{9b}2J'],
  ['NUL and backspace', '\0\b\b\b'],
  ['a change of direction', '\u{202e}'],
] as const;

test.each(HOSTILE)('names with %s move no cursor, and take no line of their own', (_, end) => {
  for (const name of LAB_HOSTS) {
    const text = shown(spoiled(name, end));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u{0}-\u{9}\u{b}-\u{1f}\u{7f}-\u{9f}\u{202a}-\u{202e}]/u);
    expect(text.split('\n').filter((line) => line === 'Probes')).toHaveLength(1);
    expect(text).not.toMatch(/^└─ ext4 \/fake/m);
  }
});

test('what is joined by names is joined by hostile ones too', () => {
  const lines = linesOf(spoiled('docker-btrfs-nested', '\n'));
  const inner = lines.findIndex((line) => line.includes('● inner\\u{a}'));
  expect(lines[inner]).toMatch(/│ {5}└─ ● inner/);
  expect(lines.some((line) => line.includes('used by runs\\u{a}'))).toBe(true);
});

test('a name of 4 kB takes no more than its place', () => {
  const long = 'n'.repeat(4_096);
  for (const name of LAB_HOSTS) {
    for (const line of linesOf(spoiled(name, long))) expect(line.length).toBeLessThan(260);
  }
});

test('a probe’s reason of 4 kB is wrapped and cut', () => {
  const seen = labHost('btrfs');
  const report = { status: 'failed', reason: 'word '.repeat(800), durationMilliseconds: 1 } as const;
  seen.snapshot.probes = [{ probe: 'docker', ...report }];
  const lines = linesOf(seen);
  const reasons = lines.slice(lines.indexOf('Probes') + 1);
  expect(reasons.length).toBeLessThan(8);
  for (const line of reasons) expect(line.length).toBeLessThanOrEqual(110);
});

test('lines of hosts with ordinary names are 110 columns at the most', () => {
  for (const name of LAB_HOSTS) {
    for (const line of linesOf(labHost(name))) expect(line.length).toBeLessThanOrEqual(110);
  }
});

test('what was read is not changed by being shown', () => {
  const seen = labHost('docker-btrfs-nested');
  formatOnce(seen, plain);
  expect(seen).toEqual(labHost('docker-btrfs-nested'));
});
