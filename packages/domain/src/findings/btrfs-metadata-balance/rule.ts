import type { BtrfsMaintenance } from '../../inventory/index.ts';
import type { Store } from '../../snapshot.ts';
import { btrfsStores } from '../btrfs-stores.ts';
import { defineRule, type FindingInput, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, run } from '../steps.ts';
import { text } from './text.ts';

/** The word that stands for every btrfs that is mounted. */
const ALL = 'auto';

export type MetadataBalance = {
  mountPoint: string;
  /** The last file of btrfsmaintenance that is read: what it sets holds. */
  configurationFile: string;
  /** BTRFS_BALANCE_MUSAGE: percentages, by spaces. */
  metadataUsages: string;
  /** BTRFS_BALANCE_PERIOD; null = not told apart. */
  period: string | null;
  /** Timers and cron entries that start it. */
  schedules: string[];
};

/**
 * The job of btrfsmaintenance alone: what others have written is not looked for. What starts it counts, whatever its period says:
 * the script itself does not read that one.
 */
export const btrfsMetadataBalance = defineRule<MetadataBalance>({
  id: 'btrfs-metadata-balance',
  needsPast: false,
  basis: ['kdave/btrfsmaintenance', 'Debian btrfsmaintenance 0.5-4'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<MetadataBalance> = { findings: [], cannotTell: [] };
    const stores = btrfsStores(input).map(({ store }) => store);
    if (stores.length === 0) return answer;
    const maintenance = input.inventory?.btrfsMaintenance ?? null;
    if (maintenance === null) return { ...answer, cannotTell: [{ subject: null, missing: 'configuration' }] };
    const configurationFile = maintenance.configurationFiles.at(-1);
    const { balanceSchedules: schedules, balanceMetadataUsages: metadataUsages, balancePeriod: period } = maintenance;
    if (configurationFile === undefined || schedules.length === 0 || metadataUsages === '') return answer;
    if (metadataUsages === null || maintenance.balanceMountPoints === null) {
      return { ...answer, cannotTell: [{ subject: null, missing: 'configuration' }] };
    }
    for (const { key, name: mountPoint } of balancedOf(stores, maintenance, input)) {
      const evidence = { mountPoint, configurationFile, metadataUsages, period, schedules };
      answer.findings.push({ subject: key, storeKey: key, severity: 'notice', evidence });
    }
    return answer;
  },
  remedy: ({ configurationFile, schedules }) => [
    look(
      `${shellLine('grep', '^BTRFS_BALANCE_', configurationFile)} && ${shellLine('ls', '-l', '--', ...schedules)}`,
      'BTRFS_BALANCE_MUSAGE names percentages, and what starts the job is there.',
      'BTRFS_BALANCE_MUSAGE 列有百分比，且启动该任务的条目存在。',
    ),
    look(
      "grep -rsE 'btrfs +balance|btrfs +b ' /etc/cron* /etc/systemd/system",
      'Jobs of your own that balance: each should name -dusage= alone, and never -m or neither of them.',
      '自行编写的 balance 任务：都应只带 -dusage=，绝不能带 -m，也不能两者都不带。',
    ),
    edit(
      'BTRFS_BALANCE_MUSAGE=""',
      `In ${configurationFile}. The job still balances empty metadata chunks then; to be rid of that too, set BTRFS_BALANCE_PERIOD="none" and run data balances by a job of your own.`,
      `写入 ${configurationFile}。该任务此时仍会处理空的元数据块组；若要彻底避免，请设 BTRFS_BALANCE_PERIOD="none"，并用自己的任务只对数据做 balance。`,
    ),
    run(
      'systemctl restart btrfsmaintenance-refresh.service',
      'Takes over a changed period; the percentages are read at each run.',
      '使修改后的周期生效；百分比在每次运行时读取。',
    ),
    expectAfter(
      'The next run of the job names data chunks alone, but for one line with -musage=0.',
      '该任务下次运行时，除一行 -musage=0 外，只处理数据块组。',
      'journalctl -u btrfs-balance.service -n 50',
    ),
  ],
  text,
  // The file that Debian's btrfsmaintenance 0.5-4 ships, with its mount point and its period edited, and its timer on.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/dbtr', configurationFile: '/etc/default/btrfsmaintenance', metadataUsages: '5' },
    ...{ period: 'weekly', schedules: ['/etc/systemd/system/timers.target.wants/btrfs-balance.timer'] },
  },
});

/** Stores that the job balances: its paths may be of any folder in them. */
function balancedOf(
  stores: readonly Store[],
  { balanceMountPoints: paths }: BtrfsMaintenance,
  { snapshot: { layout } }: FindingInput,
): Store[] {
  if (paths?.length === 1 && paths[0] === ALL) return [...stores];
  const keys = new Set(paths?.map((path) => keyOfPath(path, layout.stores)));
  return stores.filter(({ key }) => keys.has(key));
}

/** Of the deepest mount that holds a path. */
function keyOfPath(path: string, stores: readonly Store[]): string | null {
  let [key, depth]: [string | null, number] = [null, -1];
  for (const store of stores) {
    for (const mountPoint of store.mountPoints) {
      const folder = mountPoint.replace(/\/+$/, '');
      const isWithin = path === mountPoint || path === folder || path.startsWith(`${folder}/`);
      if (isWithin && folder.length > depth) [key, depth] = [store.key, folder.length];
    }
  }
  return key;
}
