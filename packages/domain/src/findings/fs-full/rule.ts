import { CRITICAL_FILL, WARN_FILL } from '../../fill.ts';
import { type ClockForecast, FULL_ROOM_SHARE } from '../../forecast/index.ts';
import { awaitsDate, fillFor, HYSTERESIS_PART, roomFor, standingOf, stoodAt, untilForecast } from '../hysteresis.ts';
import { storeReadings } from '../readings.ts';
import { defineRule, type RemedyStep, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, precondition } from '../steps.ts';
import { clockOf, dockerSocketsOn, lookAtHolders, missingOf, severityOfClock } from '../store-fill.ts';
import { text } from './text.ts';

const ID = 'fs-full';
/** With less, pulling one image or one long log may fill it; with more, a share alone is no reason to wake anybody. */
const AMPLE_BYTES = 20 * 1024 ** 3;

export type FsFull = {
  mountPoint: string;
  fileSystemType: string | null;
  usedBytes: number;
  capacityBytes: number;
  /** By the forecast; null = no date. */
  daysLeft: number | null;
  /** Of daemons whose data root lies on it. */
  dockerSockets: string[];
};

/** Plain file systems: btrfs and thin pools have rules of their own. What is read-only does not fill. */
export const fsFull = defineRule<FsFull>({
  id: ID,
  needsPast: false,
  basis: ['statfs(2)', 'df(1)'],
  wasSeen: true,
  check(input) {
    const { snapshot, past } = input;
    const answer: RuleAnswer<FsFull> = { findings: [], cannotTell: [] };
    for (const { store, read } of storeReadings(snapshot)) {
      const standing = standingOf(input, ID, store.key);
      // Errors make a full one read-only: it has not recovered by that.
      if (store.kind !== 'filesystem' || (store.readOnly && standing === null)) continue;
      const [usedBytes, capacityBytes] = [read('usedBytes'), read('capacityBytes')];
      if (usedBytes === null || capacityBytes === null) {
        const missing = missingOf(snapshot.probes, 'filesystems', 'data-root');
        answer.cannotTell.push({ subject: store.key, missing });
        continue;
      }
      if (capacityBytes === 0 || usedBytes / capacityBytes < fillFor(standing, 'notice', WARN_FILL)) continue;
      const clock = clockOf(past, store.key, 'space');
      const evidence = {
        ...{ mountPoint: store.name, fileSystemType: store.fileSystemType, usedBytes, capacityBytes },
        daysLeft: clock?.daysLeft?.p50 ?? null,
        dockerSockets: dockerSocketsOn(snapshot.layout, store.key),
      };
      const severity = severityOf(evidence, clock, standing);
      if (awaitsDate(standing, severity, clock)) {
        answer.cannotTell.push(untilForecast(store.key));
        continue;
      }
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint, dockerSockets }): RemedyStep[] => [
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
  ],
  text,
  // fixtures/loop/sparse-overcommit-series.jsonl, sample 9.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/outer', fileSystemType: 'ext4', usedBytes: 382_318_592, capacityBytes: 382_318_592 },
    ...{ daysLeft: null, dockerSockets: [] },
  },
});

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
