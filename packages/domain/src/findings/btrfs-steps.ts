import type { RemedyStep } from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { precondition, run } from './steps.ts';

/** One of them at a time (btrfs-balance(8)). */
export const nothingRuns = (mountPoint: string): RemedyStep =>
  precondition(
    'No balance, scrub or replace runs on it, nor is a device being added or removed.',
    '该文件系统上没有正在运行的 balance、scrub 或 replace，也没有正在添加或移除设备。',
    shellLine('btrfs', 'balance', 'status', mountPoint),
  );

/**
 * Waits for deleted subvolumes to be cleaned, and their bytes to come back. `filesystem sync` starts the cleaner, which else
 * sleeps up to 30 s (btrfs-filesystem(8)); at the end it commits what was freed: as seen, df told of nothing before.
 */
export function awaitCleaner(path: string): string {
  const sync = shellLine('btrfs', 'filesystem', 'sync', path);
  return `${sync} && ${shellLine('btrfs', 'subvolume', 'sync', path)} && ${sync}`;
}

/**
 * What costs least first. As captured: 20 failed for lack of space where 10 went through; as seen on a loop file: where all data
 * chunks are half full, nothing moves below 60; where they are full to three quarters, 80 gives back what 60 does not.
 */
const USAGES_PERCENT = [0, 5, 10, 20, 40, 60, 80] as const;

export const balanceDataSteps = (mountPoint: string): RemedyStep[] =>
  USAGES_PERCENT.map((percent) =>
    run(
      shellLine('btrfs', 'balance', 'start', `-dusage=${percent}`, mountPoint),
      percent === 0
        ? 'Gives back empty chunks; it costs next to nothing. Go on with the next line only while too little is unallocated.'
        : `Packs data chunks that are less than ${percent} % full. Never balance metadata (-m).`,
      percent === 0
        ? '释放空的块组，几乎没有开销。只有在未分配空间仍然不足时才继续下一行。'
        : `合并使用率低于 ${percent}% 的数据块组。切勿对元数据做 balance（-m）。`,
    ),
  );
