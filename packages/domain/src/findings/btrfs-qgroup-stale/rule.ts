import { btrfsStores, missingList } from '../btrfs-stores.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine, shellQuote } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Ids in one command line. */
const MAX_IDS = 500;

export type StaleQgroups = {
  mountPoint: string;
  staleCount: number;
  /** Ids of the subvolumes that are gone, the least ones. */
  staleIds: number[];
  /** A rescan is due already; null = the kernel does not say. */
  isInconsistent: boolean | null;
};

export const btrfsQgroupStale = defineRule<StaleQgroups>({
  id: 'btrfs-qgroup-stale',
  needsPast: false,
  basis: ['moby/moby#29325', 'btrfs-qgroup(8)'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<StaleQgroups> = { findings: [], cannotTell: [] };
    for (const { store, inventory } of btrfsStores(input)) {
      const { quota = null, staleQgroups = null } = inventory ?? {};
      // Groups of simple quotas outlive their subvolumes: they book what its extents, shared since, still hold.
      if (quota !== null && quota.mode !== 'qgroup') continue;
      if (staleQgroups === null) {
        const missing = inventory?.subvolumes == null ? missingList(input.inventory) : 'sysfs';
        answer.cannotTell.push({ subject: store.key, missing });
      }
      if (quota === null || staleQgroups === null || staleQgroups.length === 0) continue;
      const evidence = {
        ...{ mountPoint: store.name, staleCount: staleQgroups.length, staleIds: staleQgroups.slice(0, MAX_IDS) },
        isInconsistent: quota.isInconsistent,
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'notice', evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint, staleIds }) => [
    precondition(
      'No rescan runs, and no subvolume is still being cleaned up: its group goes with it.',
      '没有正在进行的 rescan，也没有仍在清理的子卷（清理完后其配额组会一并消失）。',
      shellLine('btrfs', 'quota', 'rescan', '-s', mountPoint),
    ),
    look(
      shellLine('btrfs', 'qgroup', 'show', '-p', mountPoint),
      'The groups have no path, or are called stale. One with a parent must be taken out of it first: btrfs qgroup remove.',
      '这些配额组没有路径，或标为 stale。若有上级组，需先用 btrfs qgroup remove 移出。',
    ),
    look(
      shellLine('btrfs', 'subvolume', 'list', '-a', mountPoint),
      'None of the ids of the next line is in it.',
      '列表中没有下一行命令里的 ID。',
    ),
    run(
      `for id in ${staleIds.join(' ')}; do btrfs qgroup destroy "0/$id" ${shellQuote(mountPoint)}; done`,
      'Removes the groups. No data is in them, and the ids are never used again.',
      '删除这些配额组。其中没有数据，其 ID 也不会再被使用。',
    ),
    run(
      shellLine('btrfs', 'quota', 'rescan', '-w', mountPoint),
      'Counts anew; it reads all metadata, so choose a quiet hour.',
      '重新统计；会读取全部元数据，请选择空闲时段。',
    ),
    expectAfter(
      'Every group of level 0 has a path.',
      '所有 0 级配额组都有对应的路径。',
      shellLine('btrfs', 'qgroup', 'show', mountPoint),
    ),
  ],
  text,
  // probes/fixtures/btrfs/sysfs.json, with one line less in the list of subvolumes.
  example: { mountPoint: '/srv/lab/mnt/dbtr', staleCount: 1, staleIds: [260], isInconsistent: false },
});
