import { btrfsStores, missingList } from '../btrfs-stores.ts';
import { daysFor, growthFor, HYSTERESIS_SHARE, lastTold, standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look } from '../steps.ts';
import { text } from './text.ts';

const ID = 'btrfs-unattributed-growth';
const DAYS_A_WEEK = 7;
/** Ours: a store that nothing explains fills within two years at this pace. Less is lost among ordinary files. */
const MIN_WEEK_SHARE = 0.01;
/** Sooner than this, what is free is gone at this pace, and somebody has to look this week. */
const WARNING_DAYS = 30;

export type UnattributedGrowth = {
  mountPoint: string;
  growthBytesPerDay: number;
  /** Held by none of the known containers, images, volumes, build caches and subvolumes. */
  unattributedBytes: number;
  deviceBytes: number;
  /** What data can still grow by; null = not read. */
  freeBytes: number | null;
};

export const btrfsUnattributedGrowth = defineRule<UnattributedGrowth>({
  id: ID,
  needsPast: true,
  basis: ['moby/moby#27653'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<UnattributedGrowth> = { findings: [], cannotTell: [] };
    for (const { store, read } of btrfsStores(input)) {
      const [unattributedBytes, deviceBytes] = [read('unattributedBytes'), read('deviceBytes')];
      if (unattributedBytes === null || deviceBytes === null) {
        const missing = deviceBytes === null ? 'sysfs' : missingList(input.inventory);
        answer.cannotTell.push({ subject: store.key, missing });
        continue;
      }
      const growthBytesPerDay = input.past?.growthPerDay(store.key, 'unattributedBytes') ?? null;
      if (growthBytesPerDay === null) answer.cannotTell.push({ subject: store.key, missing: 'history' });
      if (growthBytesPerDay === null) continue;
      const standing = standingOf(input, ID, store.key);
      const [usedBytes, capacityBytes] = [read('dataUsedBytes'), read('dataCapacityBytes')];
      const freeBytes = usedBytes === null || capacityBytes === null ? null : Math.max(0, capacityBytes - usedBytes);
      const leastBytes = growthFor(standing, 'notice', MIN_WEEK_SHARE * deviceBytes);
      if (growthBytesPerDay * DAYS_A_WEEK < leastBytes || growthBytesPerDay <= 0) {
        // What is full grows no more, and has not recovered by that: it stays as it was last told.
        const isFull = freeBytes !== null && freeBytes < HYSTERESIS_SHARE * (capacityBytes ?? 0);
        if (isFull && standing !== null) {
          answer.findings.push(lastTold<UnattributedGrowth>(standing, store.key, store.key));
        }
        continue;
      }
      const isSoon = freeBytes !== null && freeBytes <= growthBytesPerDay * daysFor(standing, 'warning', WARNING_DAYS);
      const evidence = {
        ...{ mountPoint: store.name, growthBytesPerDay, unattributedBytes, deviceBytes, freeBytes },
      };
      const severity = isSoon ? 'warning' : 'notice';
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint }) => [
    look(
      shellLine('btrfs', 'subvolume', 'list', '-d', mountPoint),
      'Deleted and not yet cleaned: that much comes back by itself.',
      '已删除但尚未清理的子卷：这部分空间会自行释放。',
    ),
    look(
      shellLine('btrfs', 'subvolume', 'list', '-a', '-u', '-q', '--sort=-ogen', mountPoint),
      'The newest subvolumes are on top. Which tool makes them, and does it delete old ones?',
      '最新的子卷在最上面。是哪个工具创建的？它会删除旧的吗？',
    ),
    look(
      'lsof -nP +L1',
      'Files that are deleted and still open: their space is back when the process ends.',
      '已删除但仍被打开的文件：进程结束后空间才会释放。',
    ),
    look(
      shellLine('du', '-xhd', '1', '--', mountPoint),
      'Ordinary files beside Docker. It reads the whole tree: on a large one choose a quiet hour.',
      'Docker 之外的普通文件。会遍历整个目录树，数据量大时请选择空闲时段。',
    ),
    expectAfter(
      'Compare the store of today with that of a week ago: what grew has a name, or a finding of its own with its commands.',
      '将今天与一周前的存储做对比：增长的部分应能对应到具体对象，或有单独的发现及其命令。',
    ),
  ],
  text,
  // probes/fixtures/btrfs/exhaustion-4-of-72.jsonl, sample 66; its growth a day and what items leave are made up.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/dbtr', growthBytesPerDay: 52_428_800, unattributedBytes: 104_857_600 },
    ...{ deviceBytes: 3_221_225_472, freeBytes: 2_499_342_336 },
  },
});
