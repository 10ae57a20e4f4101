import { WARN_FILL } from '../../fill.ts';
import { RESOURCES } from '../../series.ts';
import type { StoreKind } from '../../snapshot.ts';
import { toldElsewhere } from '../btrfs-told.ts';
import { HYSTERESIS_SHARE, lastTold, standingOf } from '../hysteresis.ts';
import { storeReadings } from '../readings.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { clockOf, dockerSocketsOn, hasSeries, lookAtHolders, missingOf, severityOfClock } from '../store-fill.ts';
import { text } from './text.ts';

const ID = 'fs-date';
const CLOCKS = { filesystem: ['space', 'inodes'], btrfs: ['btrfsData'], 'thin-pool': [] } as const satisfies Record<
  StoreKind,
  readonly (keyof typeof FULL_RULES)[]
>;
/** They tell of what is nearly full. */
const FULL_RULES = { space: 'fs-full', inodes: 'inodes-low', btrfsData: 'fs-full' } as const;

export type FsDate = {
  mountPoint: string;
  resource: keyof typeof FULL_RULES;
  /** Bytes, or inodes. On btrfs of data, and what it can have: its chunks, and what more of them can be made. */
  used: number;
  capacity: number;
  growthPerDay: number | null;
  daysLeft: number;
  /** In nine of ten cases it lasts longer. */
  daysLeftP10: number;
  /** Of daemons whose data root lies on it. */
  dockerSockets: string[];
};

/**
 * File systems that are not nearly full yet: of those that are, `fs-full` and `inodes-low` tell the date. On btrfs it is data that fills,
 * unless another rule says no less severely that room runs out.
 */
export const fsDate = defineRule<FsDate>({
  id: ID,
  needsPast: true,
  basis: ['forecast'],
  wasSeen: false,
  check(input) {
    const { snapshot, past } = input;
    const answer: RuleAnswer<FsDate> = { findings: [], cannotTell: [] };
    const isToldElsewhere = toldElsewhere(input);
    for (const { store, read } of storeReadings(snapshot)) {
      for (const resource of CLOCKS[store.kind]) {
        const series = RESOURCES[resource];
        const subject = `${store.key} ${resource}`;
        const standing = standingOf(input, ID, subject);
        if (store.readOnly && standing === null) continue;
        if (!hasSeries(snapshot.layout, store.key, series.capacity)) continue;
        const [used, capacity] = [read(series.used), read(series.capacity)];
        const clock = clockOf(past, store.key, resource);
        if (used === null || capacity === null) {
          const isBtrfs = store.kind === 'btrfs';
          const missing = isBtrfs ? 'sysfs' : missingOf(snapshot.probes, 'filesystems', 'data-root');
          answer.cannotTell.push({ subject, missing });
          continue;
        }
        if (clock === null || clock.verdict === 'too-short') {
          answer.cannotTell.push({ subject, missing: 'history' });
          continue;
        }
        const isOfOther = standingOf(input, FULL_RULES[resource], store.key) !== null;
        const isNearlyFull = capacity > 0 && used / capacity >= (isOfOther ? WARN_FILL - HYSTERESIS_SHARE : WARN_FILL);
        const severity = severityOfClock(clock, standing);
        const { daysLeft } = clock;
        if (severity === null || daysLeft === null || capacity === 0 || (isNearlyFull && standing === null)) {
          // What is full grows no more, and has not recovered by that: it stays as it was last told.
          if (standing !== null && isNearlyFull) answer.findings.push(lastTold<FsDate>(standing, subject, store.key));
          continue;
        }
        if (isToldElsewhere(store.key, severity, standing)) continue;
        const evidence = {
          ...{ mountPoint: store.name, resource, used, capacity, growthPerDay: clock.slopePerDay?.mid ?? null },
          ...{ daysLeft: daysLeft.p50, daysLeftP10: daysLeft.p10 },
          dockerSockets: dockerSocketsOn(snapshot.layout, store.key),
        };
        answer.findings.push({ subject, storeKey: store.key, severity, evidence });
      }
    }
    return answer;
  },
  remedy: ({ mountPoint, resource, dockerSockets }): RemedyStep[] => {
    const isSpace = resource !== 'inodes';
    const now =
      resource === 'btrfsData'
        ? shellLine('btrfs', 'filesystem', 'usage', mountPoint)
        : shellLine('df', isSpace ? '-h' : '-i', '--', mountPoint);
    return [
      precondition(
        'Silt’s comparison of now and a week ago says what grew; look there first.',
        '先在 Silt 中比较现在与一周前，看看是什么在增长。',
        now,
      ),
      ...(isSpace
        ? lookAtHolders(mountPoint, dockerSockets)
        : [
            look(
              `${shellLine('du', '--inodes', '-x', '-d', '3', '--', mountPoint)} | sort -n | tail -n 20`,
              'The folders with the most files come last. It reads every folder, so it may take minutes.',
              '文件最多的目录排在最后。该命令会读取每个目录，可能需要几分钟。',
            ),
          ]),
      expectAfter(
        'It grows no more, or there is room for longer; the date goes away within a day.',
        '不再增长，或有了更多余量；预计日期会在一天内消失。',
        now,
      ),
    ];
  },
  text,
  // Sizes of fixtures/loop/sparse-overcommit-series.jsonl, sample 0; the forecast is made up.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/pseudo', resource: 'space', used: 70_488_064, capacity: 1_020_702_720 },
    ...{ growthPerDay: 172_000_000, daysLeft: 5.5, daysLeftP10: 2.75, dockerSockets: [] },
  },
});
