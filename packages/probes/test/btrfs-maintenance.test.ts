import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseMaintenance } from '../src/btrfs/parse-maintenance.ts';
import { parseShellVariables } from '../src/btrfs/parse-shell-variables.ts';
import { readMaintenance } from '../src/btrfs/read-maintenance.ts';
import { HangGuard } from '../src/hang-guard.ts';
import { fixture } from './fixture.ts';

const SHIPPED = fixture('btrfsmaintenance/debian-0.5-4.txt');
const NOT_TOLD = { balancePeriod: null, balanceMountPoints: null, balanceMetadataUsages: null };

describe('the settings of btrfsmaintenance', () => {
  test('as Debian ships them', () => {
    expect(parseMaintenance([SHIPPED])).toEqual({
      ...{ balancePeriod: 'none', balanceMountPoints: ['/'], balanceMetadataUsages: '5' },
    });
  });

  test('a later file wins over an earlier one; what none sets is empty', () => {
    const first = "BTRFS_BALANCE_PERIOD='weekly'\nBTRFS_BALANCE_MUSAGE=30\n";
    const later = 'export BTRFS_BALANCE_MUSAGE=""';
    expect(parseMaintenance([first, later])).toEqual({
      ...{ balancePeriod: 'weekly', balanceMountPoints: [], balanceMetadataUsages: '' },
    });
    expect(parseMaintenance([])).toEqual({ balancePeriod: '', balanceMountPoints: [], balanceMetadataUsages: '' });
  });

  test('mount points are split at colons, and may hold blanks', () => {
    const { balanceMountPoints } = parseMaintenance(['BTRFS_BALANCE_MOUNTPOINTS="/:/srv/my data::/mnt"\n']);
    expect(balanceMountPoints).toEqual(['/', '/srv/my data', '/mnt']);
  });

  test('cut at any byte, it tells what it sets until there, or nothing, and never what it does not say', () => {
    const seen = new Set<string | null>();
    for (let end = 0; end <= SHIPPED.length; end += 1) {
      seen.add(parseMaintenance([SHIPPED.slice(0, end)]).balanceMetadataUsages);
    }
    expect(seen).toEqual(new Set(['', null, '5']));
  });

  test('what is beyond all reason is not told', () => {
    expect(parseMaintenance([`BTRFS_BALANCE_PERIOD="${'x'.repeat(257)}"`]).balancePeriod).toBeNull();
    const many = Array.from({ length: 257 }, (_, number) => `/${number}`).join(':');
    expect(parseMaintenance([`BTRFS_BALANCE_MOUNTPOINTS=${many}`]).balanceMountPoints).toBeNull();
    const long = `/${'x'.repeat(4_095)}`;
    expect(parseMaintenance([`BTRFS_BALANCE_MOUNTPOINTS=${long}`]).balanceMountPoints).toBeNull();
  });

  test.each([
    ['a command', 'BTRFS_BALANCE_MUSAGE=5\ntouch /tmp/x\n'],
    ['a condition', 'if true; then\nBTRFS_BALANCE_MUSAGE=5\nfi\n'],
    ['another file', '. /etc/btrfs-own\nBTRFS_BALANCE_MUSAGE=5\n'],
    ['a command after an assignment', 'BTRFS_BALANCE_MUSAGE=5 btrfs-balance.sh\n'],
    ['an operator', 'BTRFS_BALANCE_MUSAGE=5 && BTRFS_BALANCE_PERIOD=none\n'],
    ['quotes that do not end', 'BTRFS_BALANCE_MUSAGE="5\nBTRFS_BALANCE_PERIOD=none\n'],
    ['a list', 'BTRFS_BALANCE_MUSAGE=(5 10)\n'],
    ['a NUL', 'BTRFS_BALANCE_MUSAGE=5\0\n'],
    ['lines that end as on Windows', 'BTRFS_BALANCE_MUSAGE="5"\r\n\r\n'],
  ])('of a file with %s nothing is told', (_, text) => {
    expect(parseMaintenance([SHIPPED, text])).toEqual(NOT_TOLD);
  });
});

describe('variables of a shell', () => {
  test.each([
    ["A='it''s'", [['A', 'its']]],
    ['A="a \\"b\\" \\$c \\d"', [['A', 'a "b" $c \\d']]],
    ['A=a\\ b', [['A', 'a b']]],
    [
      'A="one\ntwo" # a word\nB=2;C=3',
      [
        ['A', 'one\ntwo'],
        ['B', '2'],
        ['C', '3'],
      ],
    ],
    ['A=a#b', [['A', 'a#b']]],
    [
      'A="a\\\nb"\\\n B=2',
      [
        ['A', 'ab'],
        ['B', '2'],
      ],
    ],
    ['A="\nBTRFS_BALANCE_MUSAGE=30\n"', [['A', '\nBTRFS_BALANCE_MUSAGE=30\n']]],
    ["A='$(touch x)`y`'", [['A', '$(touch x)`y`']]],
    ['A=', [['A', '']]],
    ['A=1\nA=2', [['A', '2']]],
    ['', []],
    ['# A=1', []],
  ])('%j', (text, expected) => {
    expect([...(parseShellVariables(text) ?? [])]).toEqual(expected);
  });

  test.each(['A="$B"', 'A=$B', 'A=~/x', 'A=/x:~'])('%j is set, and to what is not told', (text) => {
    expect(parseShellVariables(text)).toEqual(new Map([['A', null]]));
  });

  test.each(['A="$(date)"', 'A=$(date)', 'A=`date`', 'A="`date`"', `A=$\{B:-5}`, "A=$'x'", 'A+=1', 'A', 'A=1 B'])(
    '%j is more than setting variables',
    (text) => {
      expect(parseShellVariables(text)).toBeNull();
    },
  );
});

describe('read from a host', () => {
  const TIMER = '/etc/systemd/system/timers.target.wants/btrfs-balance.timer';
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'silt-maintenance-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  };
  const read = () => readMaintenance({ procRoot: '/proc', sysRoot: '/sys', hostRoot: root }, new HangGuard());

  test('a host without it has none of its files, and no problem', async () => {
    expect(await read()).toEqual({
      value: {
        ...{ configurationFiles: [], balanceSchedules: [] },
        ...{ balancePeriod: '', balanceMountPoints: [], balanceMetadataUsages: '' },
      },
      problems: [],
    });
  });

  test('both of its files, its timer and its cron entries, whatever these lead to', async () => {
    put('/etc/sysconfig/btrfsmaintenance', 'BTRFS_BALANCE_PERIOD=monthly\n');
    put(
      '/etc/default/btrfsmaintenance',
      SHIPPED.replace('BTRFS_BALANCE_PERIOD="none"', 'BTRFS_BALANCE_PERIOD="weekly"'),
    );
    link(TIMER, '/lib/systemd/system/btrfs-balance.timer');
    link('/etc/cron.weekly/btrfs-balance', '/usr/share/btrfsmaintenance/btrfs-balance.sh');
    expect((await read()).value).toEqual({
      configurationFiles: ['/etc/sysconfig/btrfsmaintenance', '/etc/default/btrfsmaintenance'],
      balanceSchedules: [TIMER, '/etc/cron.weekly/btrfs-balance'],
      ...{ balancePeriod: 'weekly', balanceMountPoints: ['/'], balanceMetadataUsages: '5' },
    });
  });

  test('a timer that is masked starts nothing', async () => {
    put('/etc/default/btrfsmaintenance', SHIPPED);
    link(TIMER, '/lib/systemd/system/btrfs-balance.timer');
    link('/etc/systemd/system/btrfs-balance.timer', '/dev/null');
    expect((await read()).value?.balanceSchedules).toEqual([]);
  });

  test('a folder in place of a file, and a file that is too long, are told and nothing is known', async () => {
    mkdirSync(join(root, 'etc/default/btrfsmaintenance'), { recursive: true });
    const text = 'the configuration of btrfsmaintenance: no regular file';
    expect(await read()).toEqual({ value: null, problems: [{ status: 'partly', text }] });
    rmSync(join(root, 'etc/default/btrfsmaintenance'), { recursive: true });
    put('/etc/default/btrfsmaintenance', '#'.repeat(300_000));
    expect((await read()).value).toBeNull();
  });
});
