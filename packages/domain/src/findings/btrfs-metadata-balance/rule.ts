import { btrfsStores } from '../btrfs-stores.ts';
import { defineRule } from '../rule.ts';
import { edit, expectAfter, look, run } from '../steps.ts';
import { text } from './text.ts';

export type MetadataBalance = {
  /** File of btrfsmaintenance that asks for it. */
  configurationFile: string;
  /** BTRFS_BALANCE_MUSAGE: percentages, by spaces. */
  metadataUsages: string;
};

/**
 * No probe reads what maintenance jobs are set up to do, so that it can never tell. `exclusive_operation` says that a balance
 * runs, and not of what.
 */
export const btrfsMetadataBalance = defineRule<MetadataBalance>({
  id: 'btrfs-metadata-balance',
  needsPast: false,
  basis: ['kdave/btrfsmaintenance'],
  wasSeen: false,
  check: (input) => ({
    findings: [],
    cannotTell: btrfsStores(input).length === 0 ? [] : [{ subject: null, missing: 'configuration' }],
  }),
  remedy: () => [
    look(
      "grep -s '^BTRFS_BALANCE_' /etc/default/btrfsmaintenance /etc/sysconfig/btrfsmaintenance",
      'BTRFS_BALANCE_MUSAGE names percentages, and BTRFS_BALANCE_PERIOD is not "none".',
      'BTRFS_BALANCE_MUSAGE 列有百分比，且 BTRFS_BALANCE_PERIOD 不是 “none”。',
    ),
    look(
      "grep -rsE 'btrfs +balance|btrfs +b ' /etc/cron* /etc/systemd/system",
      'Jobs of your own that balance: each should name -dusage= alone, and never -m or neither of them.',
      '自行编写的 balance 任务：都应只带 -dusage=，绝不能带 -m，也不能两者都不带。',
    ),
    edit(
      'BTRFS_BALANCE_MUSAGE=""',
      'In the file that the first line found. Some versions still balance empty metadata chunks then; to be rid of that too, set BTRFS_BALANCE_PERIOD="none" and run data balances by a job of your own.',
      '写入第一步找到的文件。某些版本此时仍会处理空的元数据块组；若要彻底避免，请设 BTRFS_BALANCE_PERIOD="none"，并用自己的任务只对数据做 balance。',
    ),
    run(
      'systemctl restart btrfsmaintenance-refresh.service',
      'Takes over the changed settings.',
      '使修改后的设置生效。',
    ),
    expectAfter(
      'The next run of the job names data chunks alone.',
      '该任务下次运行时只处理数据块组。',
      'journalctl -u btrfs-balance.service -n 50',
    ),
  ],
  text,
  // The settings that btrfsmaintenance 0.4 ships.
  example: { configurationFile: '/etc/default/btrfsmaintenance', metadataUsages: '3' },
});
