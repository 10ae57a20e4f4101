import { awaitCleaner } from '../btrfs-steps.ts';
import { btrfsStores, missingList } from '../btrfs-stores.ts';
import { countFor, standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, run } from '../steps.ts';
import { text } from './text.ts';

const ID = 'btrfs-cleaner-behind';
/** A container leaves two when it is removed, and they are cleaned within a minute: fewer than five containers are no backlog. */
const MIN_UNCLEANED = 10;

export type CleanerBehind = {
  mountPoint: string;
  uncleanedCount: number;
  /** `balance`, `device remove` …: while it lasts, cleaning waits. null = nothing, or not read. */
  operation: string | null;
  isReadOnly: boolean;
};

export const btrfsCleanerBehind = defineRule<CleanerBehind>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'btrfs-subvolume(8)'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<CleanerBehind> = { findings: [], cannotTell: [] };
    for (const { store, inventory } of btrfsStores(input)) {
      const { uncleaned = null, exclusiveOperation = null } = inventory ?? {};
      if (uncleaned === null) answer.cannotTell.push({ subject: store.key, missing: missingList(input.inventory) });
      const least = countFor(standingOf(input, ID, store.key), 'notice', MIN_UNCLEANED);
      if (uncleaned === null || uncleaned.length < least) continue;
      const evidence = {
        ...{ mountPoint: store.name, uncleanedCount: uncleaned.length, isReadOnly: store.readOnly },
        operation: exclusiveOperation === 'none' ? null : exclusiveOperation,
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'notice', evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint }) => [
    look(
      shellLine('btrfs', 'subvolume', 'list', '-d', mountPoint),
      'What is deleted and not yet cleaned; a minute later it should be less.',
      '列出已删除但尚未清理的子卷；一分钟后应有所减少。',
    ),
    look(
      shellLine('btrfs', 'balance', 'status', mountPoint),
      'Cleaning waits for a balance. "btrfs balance pause" lets it go on.',
      '清理会等待 balance 完成。可用 “btrfs balance pause” 让清理继续。',
    ),
    run(
      awaitCleaner(mountPoint),
      'Waits until all of them are cleaned. It may take hours; breaking it off stops only the waiting.',
      '等待全部清理完毕，可能需要数小时；中断该命令只是不再等待，不影响清理。',
    ),
    expectAfter(
      'Nothing is listed, and df shows the space.',
      '列表为空，df 显示空间已释放。',
      shellLine('btrfs', 'subvolume', 'list', '-d', mountPoint),
    ),
  ],
  text,
  // Host of btrfs-4-volume-rm-failed in probes/test.
  example: { mountPoint: '/srv/lab/mnt/dbtr', uncleanedCount: 12, operation: null, isReadOnly: false },
});
