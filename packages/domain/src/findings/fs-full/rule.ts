import { CRITICAL_FILL, WARN_FILL } from '../../fill.ts';
import { type ClockForecast, FULL_ROOM_SHARE } from '../../forecast/index.ts';
import { awaitCleaner } from '../btrfs-steps.ts';
import { toldElsewhere } from '../btrfs-told.ts';
import { awaitsDate, fillFor, HYSTERESIS_PART, roomFor, standingOf, stoodAt, untilForecast } from '../hysteresis.ts';
import { type StoreReadings, storeReadings } from '../readings.ts';
import {
  defineRule,
  type FindingInput,
  type RemedyStep,
  type RuleAnswer,
  type Severity,
  type StandingFinding,
} from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { clockOf, dockerSocketsOn, hasSeries, lookAtHolders, missingOf, severityOfClock } from '../store-fill.ts';
import { text } from './text.ts';

const ID = 'fs-full';
/** With less, pulling one image or one long log may fill it; with more, a share alone is no reason to wake anybody. */
const AMPLE_BYTES = 20 * 1024 ** 3;

export type FsFull = {
  mountPoint: string;
  fileSystemType: string | null;
  /** On btrfs, of data. */
  usedBytes: number;
  /** On btrfs, what data can have: its chunks, and what more of them can be made. */
  capacityBytes: number;
  /** null = another file system. */
  btrfs: { dataAllocatedBytes: number | null; unallocatedBytes: number | null } | null;
  /** By the forecast; null = no date. */
  daysLeft: number | null;
  /** Of daemons whose data root lies on it. */
  dockerSockets: string[];
};

/**
 * File systems: thin pools have rules of their own. On btrfs it is data that is nearly full, unless another rule says no less
 * severely that room runs out. What is read-only does not fill.
 */
export const fsFull = defineRule<FsFull>({
  id: ID,
  needsPast: false,
  basis: ['statfs(2)', 'df(1)', 'btrfs-filesystem(8)'],
  wasSeen: true,
  check(input) {
    const { snapshot, past } = input;
    const answer: RuleAnswer<FsFull> = { findings: [], cannotTell: [] };
    const isToldElsewhere = toldElsewhere(input);
    for (const one of storeReadings(snapshot)) {
      const { store } = one;
      const standing = standingOf(input, ID, store.key);
      // Errors make a full one read-only: it has not recovered by that.
      if (store.kind === 'thin-pool' || (store.readOnly && standing === null)) continue;
      const space = spaceOf(one, input);
      if (space === null) continue;
      const { usedBytes, capacityBytes } = space;
      if (usedBytes === null || capacityBytes === null) {
        const isBtrfs = store.kind === 'btrfs';
        const missing = isBtrfs ? 'sysfs' : missingOf(snapshot.probes, 'filesystems', 'data-root');
        answer.cannotTell.push({ subject: store.key, missing });
        continue;
      }
      if (capacityBytes === 0 || usedBytes / capacityBytes < fillFor(standing, 'notice', WARN_FILL)) continue;
      const clock = clockOf(past, store.key, store.kind === 'btrfs' ? 'btrfsData' : 'space');
      const evidence = {
        ...{
          mountPoint: store.name,
          fileSystemType: store.fileSystemType,
          usedBytes,
          capacityBytes,
          btrfs: space.btrfs,
        },
        daysLeft: clock?.daysLeft?.p50 ?? null,
        dockerSockets: dockerSocketsOn(snapshot.layout, store.key),
      };
      const severity = severityOf(evidence, clock, standing);
      if (awaitsDate(standing, severity, clock)) {
        answer.cannotTell.push(untilForecast(store.key));
        continue;
      }
      if (isToldElsewhere(store.key, severity, standing)) continue;
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint, dockerSockets, btrfs }): RemedyStep[] =>
    btrfs === null ? plainRemedy(mountPoint, dockerSockets) : btrfsRemedy(mountPoint, dockerSockets),
  text,
  // fixtures/loop/sparse-overcommit-series.jsonl, sample 9.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/outer', fileSystemType: 'ext4', usedBytes: 382_318_592, capacityBytes: 382_318_592 },
    ...{ btrfs: null, daysLeft: null, dockerSockets: [] },
  },
});

type Space = { [Bytes in 'usedBytes' | 'capacityBytes']: FsFull[Bytes] | null } & Pick<FsFull, 'btrfs'>;

/** null = it has no such readings, as a btrfs with mixed block groups. */
function spaceOf({ store, read }: StoreReadings, { snapshot: { layout } }: FindingInput): Space | null {
  if (store.kind !== 'btrfs') {
    return { usedBytes: read('usedBytes'), capacityBytes: read('capacityBytes'), btrfs: null };
  }
  if (!hasSeries(layout, store.key, 'dataCapacityBytes')) return null;
  return {
    ...{ usedBytes: read('dataUsedBytes'), capacityBytes: read('dataCapacityBytes') },
    btrfs: { dataAllocatedBytes: read('dataAllocatedBytes'), unallocatedBytes: read('unallocatedBytes') },
  };
}

const plainRemedy = (mountPoint: string, dockerSockets: readonly string[]): RemedyStep[] => [
  precondition(
    'It is full by the file system itself, and no folder of it is hidden under another mount.',
    '确认是文件系统本身已满，且没有目录被其他挂载遮住。',
    `${shellLine('df', '-h', '--', mountPoint)} && ${shellLine('findmnt', '--submounts', '--target', mountPoint)}`,
  ),
  ...lookAtHolders(mountPoint, dockerSockets),
  expectAfter(
    'Use% is below 85 %. If it does not fall after files were deleted, a process still holds them open.',
    'Use% 低于 85%。若删除文件后没有下降，说明仍有进程打开着这些文件。',
    shellLine('df', '-h', '--', mountPoint),
  ),
];

/** Data chunks that are full to the brim: packing them gives nothing back. */
function btrfsRemedy(mountPoint: string, dockerSockets: readonly string[]): RemedyStep[] {
  const usage = shellLine('btrfs', 'filesystem', 'usage', mountPoint);
  return [
    precondition(
      'It is data that is full: the used of Data is near its size, and "Device unallocated" is small. A balance gives nothing back then.',
      '确认已满的是数据：Data 的 used 接近 size，且 “Device unallocated” 很小。此时 balance 不会释放空间。',
      usage,
    ),
    look(
      shellLine('btrfs', 'subvolume', 'list', '-s', '--sort=ogen', mountPoint),
      "Snapshots, the oldest on top: a file that was deleted is held as long as one of them has it. Delete those that nobody needs with the tool that made them. Leave alone what lies below Docker's data root: these are layers.",
      '快照（最旧的在最上面）：只要有快照包含已删除的文件，空间就不会释放。用创建快照的工具删除不再需要的快照。不要动 Docker 数据目录下的子卷：那些是镜像层。',
    ),
    ...lookAtHolders(mountPoint, dockerSockets),
    run(
      awaitCleaner(mountPoint),
      'Waits until deleted subvolumes are cleaned up; only then is their room back.',
      '等待已删除的子卷清理完毕，空间此后才会释放。',
    ),
    expectAfter(
      'Data uses less than 85 % of its size and the unallocated space together.',
      'Data 的 used 低于其 size 与未分配空间之和的 85%。',
      usage,
    ),
  ];
}

function severityOf(
  { usedBytes, capacityBytes }: FsFull,
  clock: ClockForecast | null,
  standing: StandingFinding | null,
): Severity {
  const [free, fill] = [capacityBytes - usedBytes, usedBytes / capacityBytes];
  const byDate = severityOfClock(clock, standing);
  const isFull = free < roomFor(standing, 'critical', FULL_ROOM_SHARE) * capacityBytes;
  const isShort = (severity: Severity) => free < AMPLE_BYTES * (stoodAt(standing, severity) ? 1 + HYSTERESIS_PART : 1);
  const isNearlyFull = (severity: Severity) => fill >= fillFor(standing, severity, CRITICAL_FILL);
  if (isFull || byDate === 'critical' || (isShort('critical') && isNearlyFull('critical'))) return 'critical';
  return byDate ?? (isShort('warning') || isNearlyFull('warning') ? 'warning' : 'notice');
}
