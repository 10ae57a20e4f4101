import type { ClockForecast } from '../../forecast/clocks/clock.ts';
import type { DaysLeft } from '../../forecast/forecast.ts';
import { awaitCleaner, balanceDataSteps, nothingRuns } from '../btrfs-steps.ts';
import { btrfsStores } from '../btrfs-stores.ts';
import { awaitsDate, daysFor, roomFor, standingOf, untilForecast } from '../hysteresis.ts';
import { defineRule, type RemedyStep, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { shellLine, shellQuote } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { clockOf, severityOfFill } from '../store-fill.ts';
import { text } from './text.ts';

const ID = 'btrfs-metadata-headroom';
/** With a disk lent. As seen on a loop file: where all data chunks are half full, 20 moves none, and without the disk 60 fails. */
const LENT_USAGES_PERCENT = [20, 60] as const;
/**
 * Writes fail below it, however little that is of the whole. Making one file reserves some 2 MiB: 16 nodes of 16 KiB for each
 * of its items (btrfs_calc_insert_metadata_size, fs/btrfs/fs.h); as seen on a loop file: ENOSPC at 2.0 MiB, 94 % full.
 */
const CRITICAL_HEADROOM_BYTES = 4 * 1024 ** 2;
/** Sooner than this, somebody is woken. */
const CRITICAL_DAYS = 2;

export type MetadataHeadroom = {
  mountPoint: string;
  /** What metadata can still grow by: capacity − committed. */
  headroomBytes: number;
  committedBytes: number;
  capacityBytes: number;
  /** null = nobody kept a history, or it has no date. */
  daysLeft: DaysLeft | null;
};

/** The fill at which the pages call a store critical or in warning (fill.ts), or an alarm of its forecast. */
export const btrfsMetadataHeadroom = defineRule<MetadataHeadroom>({
  id: ID,
  needsPast: false,
  basis: ['captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<MetadataHeadroom> = { findings: [], cannotTell: [] };
    for (const { store, read } of btrfsStores(input)) {
      const [committedBytes, capacityBytes] = [read('metadataCommittedBytes'), read('metadataCapacityBytes')];
      if (committedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'sysfs' });
        continue;
      }
      const standing = standingOf(input, ID, store.key);
      const forecast = clockOf(input.past, store.key, 'btrfsMetadata');
      const severity = severityOf({ committed: committedBytes, capacity: capacityBytes }, forecast, standing);
      const isUntold = awaitsDate(standing, severity, forecast);
      if (isUntold) answer.cannotTell.push(untilForecast(store.key));
      if (severity === null || isUntold) continue;
      const headroomBytes = Math.max(0, capacityBytes - committedBytes);
      const evidence = {
        ...{ mountPoint: store.name, headroomBytes, committedBytes, capacityBytes },
        daysLeft: forecast?.daysLeft ?? null,
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint }) => [
    nothingRuns(mountPoint),
    look(
      shellLine('btrfs', 'filesystem', 'usage', mountPoint),
      'Metadata has nearly as much used as size, and "Device unallocated" is small.',
      'Metadata 的 used 接近 size，且 “Device unallocated” 很小。',
    ),
    ...snapshotsFirst(mountPoint),
    ...balanceDataSteps(mountPoint),
    ...borrowDisk(mountPoint),
    expectAfter(
      'Metadata has room again: its size less what is used, or unallocated space, is some hundred MiB or more.',
      '元数据重新有了空间：size 与 used 之差，或未分配空间，达到数百 MiB 以上。',
      shellLine('btrfs', 'filesystem', 'usage', mountPoint),
    ),
  ],
  text,
  // probes/fixtures/btrfs/exhaustion-4-of-72.jsonl, sample 66: the last one before ENOSPC, at 22 % of df.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/dbtr', headroomBytes: 6_848_512, committedBytes: 268_402_688 },
    ...{ capacityBytes: 275_251_200, daysLeft: null },
  },
});

function severityOf(
  { committed, capacity }: { committed: number; capacity: number },
  forecast: ClockForecast | null,
  standing: StandingFinding | null,
): Severity | null {
  const byFill = severityOfFill(committed / capacity, standing);
  const leastBytes = CRITICAL_HEADROOM_BYTES + roomFor(standing, 'critical', 0) * capacity;
  const isSoon = forecast?.alarm === true;
  const days = isSoon ? (forecast.daysLeft?.p50 ?? null) : null;
  const isVerySoon = days !== null && days <= daysFor(standing, 'critical', CRITICAL_DAYS);
  if (byFill === 'critical' || capacity - committed < leastBytes || isVerySoon) return 'critical';
  return isSoon ? 'warning' : byFill;
}

/** As captured: a balance itself failed for lack of space until snapshots and files were deleted. */
const snapshotsFirst = (mountPoint: string): RemedyStep[] => [
  look(
    shellLine('btrfs', 'subvolume', 'list', '-s', '--sort=ogen', mountPoint),
    'Snapshots first, the oldest are on top: a balance needs metadata itself. Delete those that nobody needs, with the tool that made them, else with "btrfs subvolume delete". Leave alone what lies below Docker\'s data root: these are layers.',
    '先处理快照（最旧的在最上面）：balance 本身也需要元数据空间。用创建快照的工具，或用 “btrfs subvolume delete” 删除不再需要的快照。不要动 Docker 数据目录下的子卷：那些是镜像层。',
  ),
  run(
    awaitCleaner(mountPoint),
    'Waits until what was deleted is cleaned up; only then is its room back.',
    '等待已删除的子卷清理完毕，空间此后才会释放。',
  ),
];

/** A name of the disk is nothing that was read: whoever runs it sets it; unset, each of the lines fails and changes nothing. */
function borrowDisk(mountPoint: string): RemedyStep[] {
  const disk = '"$EMPTY_DISK"';
  return [
    precondition(
      'Only if every balance fails for lack of space: connect an empty disk of some GiB for a while, a real one, no RAM disk and no file on this file system. Set EMPTY_DISK to its path.',
      '仅当每次 balance 都因空间不足而失败时：临时接入一块几 GiB 的空盘，必须是真实磁盘，不能是内存盘，也不能是本文件系统上的文件。将 EMPTY_DISK 设为它的路径。',
      'lsblk -o PATH,SIZE,TYPE,FSTYPE,MOUNTPOINTS',
    ),
    run(
      `btrfs device add ${disk} ${shellQuote(mountPoint)}`,
      'Lends room. It refuses a disk that has a file system on it; do not force it.',
      '借用空间。若磁盘上已有文件系统，命令会拒绝；不要强制执行。',
    ),
    ...LENT_USAGES_PERCENT.map((percent) =>
      run(
        shellLine('btrfs', 'balance', 'start', `-dusage=${percent}`, mountPoint),
        'Now it has room to work with. Relocating 0 chunks gives nothing back: go on until some were relocated.',
        '此时 balance 有空间可用了。若迁移了 0 个块组，则没有释放空间：请继续下一行，直到有块组被迁移。',
      ),
    ),
    run(
      `btrfs device remove ${disk} ${shellQuote(mountPoint)}`,
      'Moves everything off the disk. Do not disconnect it before this line has ended without an error.',
      '把数据从该盘移走。在此命令无误结束之前，不要拔出该盘。',
    ),
  ];
}
