import { describe, expect, test } from 'vitest';
import { ALL_RULES } from '../../src/findings/all-rules.ts';
import type { RemedyStep } from '../../src/findings/rule.ts';

/** Programs, and words of programs, that change something. */
const CHANGING = [
  ...['rm', 'rmdir', 'mv', 'cp', 'ln', 'mkdir', 'touch', 'truncate', 'fallocate', 'dd', 'tee', 'rsync', 'install'],
  ...[
    'chmod',
    'chown',
    'chattr',
    'umount',
    'mount',
    'swapoff',
    'losetup',
    'fstrim',
    'blkdiscard',
    'wipefs',
    'modprobe',
  ],
  ...['kill', 'pkill', 'killall', 'reboot', 'shutdown', 'apt-get', 'apt', 'dnf', 'yum', 'zypper', 'curl', 'wget'],
  ...[
    'lvextend',
    'lvreduce',
    'lvresize',
    'lvremove',
    'lvrename',
    'lvcreate',
    'lvchange',
    'lvconvert',
    'vgextend',
    'vgchange',
  ],
  ...[
    'pvcreate',
    'pvresize',
    'dmsetup-remove',
    'thin_repair',
    'thin_trim',
    'resize2fs',
    'xfs_growfs',
    'fsck',
    'xfs_repair',
  ],
  ...['delete', 'del', 'destroy', 'remove', 'prune', 'purge', 'set', 'unset', 'start', 'stop', 'restart', 'reload'],
  ...['enable', 'disable', 'mask', 'create', 'add', 'replace', 'resize', 'rename', 'message', 'suspend', 'resume'],
  ...['wipe_table', 'update', 'up', 'down', 'run', 'commit', 'load', 'import', 'pull', 'push', 'cancel', 'rescan'],
  ...['enable-quota', 'disable-quota', 'defragment', '-w', '-i', '--in-place', '--write', '--repair', '-delete'],
];
/** Forms of them that only show something. */
const HARMLESS: readonly RegExp[] = [
  ...[/ --dry-run\b/, /^lv\w+ --test\b/, /^losetup --list\b/, /^btrfs quota rescan -s\b/, /^btrfs replace status\b/],
  ...[/^df -i\b/],
];
/** Steps that are to change nothing. */
const READING: readonly RemedyStep['kind'][] = ['precondition', 'look', 'dry-run', 'expect'];

/** What of a line changes something; names of a host stand behind `--` or begin with `/`, and are none of it. */
function changesIn(command: string): string[] {
  const unquoted = command.replace(/\$?'(?:[^'\\]|\\.)*'/g, "''");
  return unquoted.split(/[|;&\n]+/).flatMap((part) => {
    const line = part.trim().replace(/ -- .*/, '');
    if (HARMLESS.some((harmless) => harmless.test(line))) return [];
    const files = [...part.matchAll(/\d?>>?\s*(\S+)/g)].flatMap(([, to = '']) =>
      to === '/dev/null' ? [] : [`> ${to}`],
    );
    return [...line.split(/\s+/).filter((word) => CHANGING.includes(word)), ...files];
  });
}

describe('a step that is to change nothing', () => {
  test('the verbs are found', () => {
    expect(changesIn('rmdir /srv/docker/overlay2-aside')).toEqual(['rmdir']);
    expect(changesIn('df -h / && btrfs balance start -dusage=0 /')).toEqual(['start']);
    expect(changesIn('dmesg > /tmp/x')).toEqual(['> /tmp/x']);
    expect(changesIn("lvs -o name -- 'rm' delete")).toEqual([]);
    expect(changesIn("grep -rs 'btrfs balance start' /etc/cron.d 2>/dev/null")).toEqual([]);
  });

  test.each([...ALL_RULES.values()].map((rule) => [rule.id, rule] as const))('%s has none that does', (_, rule) => {
    const steps = rule.remedy(rule.example).filter(({ kind }) => READING.includes(kind));
    for (const { command, isDestructive } of steps) {
      expect(changesIn(command ?? ''), command ?? '').toEqual([]);
      expect(isDestructive, command ?? '').toBe(false);
    }
  });
});
