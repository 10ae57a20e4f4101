import type { HostFacts, Store } from '../../snapshot.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { fstabField } from './fstab-field.ts';
import { text } from './text.ts';

/** The longest interval that a file system has by itself: btrfs 30 s (btrfs(5)), ext4 5 s (ext4(5)). */
const LONGEST_USUAL_COMMIT_SECONDS = 30;
/** From this kernel on such mounts are reported to be refused; ext4 on 6.18 took them (capture). */
const STRICT_KERNEL = [6, 8] as const;
/** What the kernel shows among the options and mount(8) does not take, or what fstab need not say. */
const SHOWN_ALONE = ['rw', 'seclabel'];

export type LoopRiskyOptions = {
  mountPoint: string;
  device: string;
  backingFile: string;
  fileSystemType: string | null;
  /** `nobarrier`, `commit=60`. */
  risky: string[];
  /** The others, which are to stay. */
  others: string[];
  /** `mount -o loop` made the device, and makes it again at the next boot; null = not read. */
  madeByMount: boolean | null;
  kernelRelease: string | null;
  /** null = not read. */
  hasStrictKernel: boolean | null;
};

export const loopRiskyOptions = defineRule<LoopRiskyOptions>({
  id: 'loop-risky-options',
  needsPast: false,
  basis: ['incident 5', 'captured', 'ext4(5)', 'btrfs(5)'],
  wasSeen: true,
  check({ snapshot, inventory, facts }) {
    const answer: RuleAnswer<LoopRiskyOptions> = { findings: [], cannotTell: [] };
    for (const store of snapshot.layout.stores) {
      const risky = store.options.filter(isRisky);
      if (store.loop === null || store.readOnly || risky.length === 0) continue;
      const device = inventory?.devices?.find(({ name }) => name === store.loop?.device);
      const evidence = {
        ...{ mountPoint: store.name, device: store.loop.device, backingFile: store.loop.backingFile },
        ...{ fileSystemType: store.fileSystemType, risky, others: othersOf(store) },
        ...{ madeByMount: device?.loop?.autoclear ?? null, ...kernelOf(facts) },
      };
      const severity = risky.some(isWithoutBarrier) ? 'warning' : 'notice';
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: remedyOf,
  text,
  // fixtures/loop/mount-barrier0.txt.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/pseudo', device: 'loop3', backingFile: '/srv/lab/img/p.img' },
    ...{ fileSystemType: 'ext4', risky: ['commit=60', 'nobarrier'], others: ['noatime'] },
    ...{ madeByMount: true, kernelRelease: '6.18.44', hasStrictKernel: true },
  },
});

/** `barrier=0` shows as `nobarrier` (capture). */
const isWithoutBarrier = (option: string): boolean => option === 'nobarrier' || option === 'barrier=0';

function isRisky(option: string): boolean {
  const seconds = /^commit=(\d{1,9})$/.exec(option)?.[1];
  return isWithoutBarrier(option) || (seconds !== undefined && Number(seconds) > LONGEST_USUAL_COMMIT_SECONDS);
}

const othersOf = ({ options }: Store): string[] =>
  options.filter((option) => !isRisky(option) && !SHOWN_ALONE.includes(option));

function kernelOf(facts: HostFacts | null): Pick<LoopRiskyOptions, 'kernelRelease' | 'hasStrictKernel'> {
  const kernelRelease = facts?.kernelRelease ?? null;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(kernelRelease ?? '') ?? [];
  if (major === undefined || minor === undefined) return { kernelRelease, hasStrictKernel: null };
  const [from, fromMinor] = STRICT_KERNEL;
  const hasStrictKernel = Number(major) > from || (Number(major) === from && Number(minor) >= fromMinor);
  return { kernelRelease, hasStrictKernel };
}

function remedyOf(evidence: LoopRiskyOptions): RemedyStep[] {
  const { mountPoint, device, backingFile, fileSystemType, risky, others } = evidence;
  const usual = risky.map((option) => {
    if (isWithoutBarrier(option)) return 'barrier';
    return `commit=${fileSystemType === 'btrfs' ? LONGEST_USUAL_COMMIT_SECONDS : 5}`;
  });
  const options = ['loop', ...others].map(fstabField).join(',');
  const fields = [backingFile, mountPoint, fileSystemType ?? 'auto'].map(fstabField).join(' ');
  return [
    precondition(
      'You know where the mount comes from: /etc/fstab, a unit of systemd or a script.',
      '已确认这个挂载来自哪里：/etc/fstab、systemd 单元还是脚本。',
      `${shellLine('grep', '-nF', '--', backingFile)} /etc/fstab; systemctl list-units --type=mount`,
    ),
    look(
      shellLine('findmnt', '-o', 'SOURCE,FSTYPE,OPTIONS', '--mountpoint', mountPoint),
      `Its options have ${risky.join(' and ')}.`,
      `其挂载选项包含 ${risky.join('、')}。`,
    ),
    run(
      shellLine('mount', '-o', ['remount', ...usual].join(','), '--', mountPoint),
      'Takes effect at once, nothing has to stop.',
      '立即生效，无需停止任何程序。',
    ),
    edit(
      `${fields} ${options} 0 0`,
      '/etc/fstab, or the unit or script: the same without the risky options. Where mount refuses loop together with options, make the device first (losetup --find --show FILE) and mount that.',
      '/etc/fstab（或对应的单元、脚本）：去掉有风险的选项，其余不变。若 mount 拒绝 loop 与选项同时使用，请先用 losetup --find --show 文件 建立设备，再挂载该设备。',
    ),
    look('findmnt --verify', 'It finds no error in /etc/fstab.', '/etc/fstab 中没有错误。'),
    look(
      shellLine('losetup', '--list', `/dev/${device}`),
      'AUTOCLEAR 1: mount made the device, and makes it again at the next boot. Try that in a maintenance window before you count on it.',
      'AUTOCLEAR 为 1 表示设备由 mount 建立，下次启动时会再次建立。请在维护窗口里验证一次。',
    ),
    expectAfter(
      `${risky.join(' and ')} are gone from the options.`,
      `挂载选项中不再有 ${risky.join('、')}。`,
      shellLine('findmnt', '-n', '-o', 'OPTIONS', '--mountpoint', mountPoint),
    ),
  ];
}
