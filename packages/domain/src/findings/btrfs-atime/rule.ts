import { btrfsRoots, mountedSubvolume } from '../btrfs-roots.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, run } from '../steps.ts';
import { text } from './text.ts';

export type AccessTimes = {
  dataRoot: string;
  mountPoint: string;
  /** `relatime`, `strictatime`: how access times are kept. */
  mode: string;
  uuid: string | null;
  /** That the mount shows, from the top level; null = not told. */
  subvolumePath: string | null;
};

export const btrfsAtime = defineRule<AccessTimes>({
  id: 'btrfs-atime',
  needsPast: false,
  basis: ['moby/moby#39815', 'mount(8)'],
  wasSeen: false,
  check(input) {
    const { roots, cannotTell } = btrfsRoots(input);
    const answer: RuleAnswer<AccessTimes> = { findings: [], cannotTell };
    for (const { root, store, dataRoot, mountPoint } of roots) {
      const { subject } = root;
      // Each mount has a way of its own with access times, and only that of the first one is read.
      if (mountPoint === null) answer.cannotTell.push({ subject, missing: 'processes' });
      else if (mountPoint !== store.name) answer.cannotTell.push({ subject, missing: 'configuration' });
      else if (store.options.length === 0) answer.cannotTell.push({ subject, missing: 'probe-failed' });
      else if (!store.options.includes('noatime') && !store.readOnly) {
        // The kernel shows relatime, and no word for strict ones.
        const mode = store.options.includes('relatime') ? 'relatime' : 'strictatime';
        const evidence = { dataRoot, mountPoint, mode, uuid: store.uuid, subvolumePath: mountedSubvolume(store) };
        answer.findings.push({ subject, storeKey: store.key, severity: 'notice', evidence });
      }
    }
    return answer;
  },
  remedy: ({ dataRoot, mountPoint, uuid, subvolumePath }) => [
    look(
      shellLine('findmnt', '-n', '-o', 'TARGET,OPTIONS', '-T', dataRoot),
      'The options of the mount that holds the data root do not have noatime.',
      '数据目录所在挂载的选项中没有 noatime。',
    ),
    run(
      shellLine('mount', '-o', 'remount,noatime', mountPoint),
      'It holds at once and until it is mounted anew. What Docker has mounted below takes it over when the daemon is restarted.',
      '立即生效，直到重新挂载为止。Docker 在其下的挂载要在守护进程重启后才会采用。',
    ),
    edit(
      `${uuid === null ? 'UUID=…' : `UUID=${uuid}`} ${fstabField(mountPoint)} btrfs ${subvolumePath ? `subvol=/${fstabField(subvolumePath)},` : ''}noatime 0 0`,
      'In /etc/fstab, for the next boot: put noatime into the options of its line and keep the others.',
      '在 /etc/fstab 对应行的选项中加入 noatime，保留其余选项，下次启动后依然有效。',
    ),
    look('findmnt --verify', 'No errors in /etc/fstab.', '/etc/fstab 没有错误。'),
    expectAfter(
      'The options have noatime.',
      '选项中有 noatime。',
      shellLine('findmnt', '-n', '-o', 'TARGET,OPTIONS', '-T', dataRoot),
    ),
  ],
  text,
  // Host of btrfs-3-dind-removed in probes/test, without the mount of the data root on itself.
  example: {
    ...{ dataRoot: '/srv/lab/mnt/dbtr/docker', mountPoint: '/srv/lab/mnt/dbtr', mode: 'relatime' },
    ...{ uuid: '2634753e-f0b5-4c3f-93c2-1f2dfdc6c16a', subvolumePath: '' },
  },
});

/** fstab(5): what would end a field or begin a comment is written in octal. */
const fstabField = (text: string): string =>
  text.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
