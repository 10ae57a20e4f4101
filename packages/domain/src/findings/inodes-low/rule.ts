import { clientWords } from '../docker-client.ts';
import { awaitsDate, standingOf, untilForecast } from '../hysteresis.ts';
import { storeReadings } from '../readings.ts';
import { defineRule, type RemedyStep, type RuleAnswer, type Severity } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { clockOf, dockerSocketsOn, hasSeries, missingOf, severityOfClock, severityOfFill } from '../store-fill.ts';
import { text } from './text.ts';

const ID = 'inodes-low';

export type InodesLow = {
  mountPoint: string;
  fileSystemType: string | null;
  usedInodes: number;
  /** The file system's own count. */
  capacityInodes: number;
  /** Of bytes; null = not read. */
  freeBytes: number | null;
  /** By the forecast; null = no date. */
  daysLeft: number | null;
  /** Of daemons whose data root lies on it. */
  dockerSockets: string[];
};

/** File systems without a fixed number of inodes, as btrfs, have no such series, and nothing is told of them. */
export const inodesLow = defineRule<InodesLow>({
  id: ID,
  needsPast: false,
  basis: ['statfs(2)', 'df(1)'],
  wasSeen: false,
  check(input) {
    const { snapshot, past } = input;
    const answer: RuleAnswer<InodesLow> = { findings: [], cannotTell: [] };
    const { layout, probes } = snapshot;
    for (const { store, read } of storeReadings(snapshot)) {
      const standing = standingOf(input, ID, store.key);
      if ((store.readOnly && standing === null) || !hasSeries(layout, store.key, 'capacityInodes')) continue;
      const [usedInodes, capacityInodes] = [read('usedInodes'), read('capacityInodes')];
      if (usedInodes === null || capacityInodes === null) {
        answer.cannotTell.push({ subject: store.key, missing: missingOf(probes, 'filesystems', 'data-root') });
        continue;
      }
      const fill = capacityInodes === 0 ? 0 : usedInodes / capacityInodes;
      const byFill = severityOfFill(fill, standing);
      if (byFill === null) continue;
      const clock = clockOf(past, store.key, 'inodes');
      const severity: Severity = severityOfClock(clock, standing) === 'critical' ? 'critical' : byFill;
      if (awaitsDate(standing, severity, clock)) {
        answer.cannotTell.push(untilForecast(store.key));
        continue;
      }
      const [used, capacity] = [read('usedBytes'), read('capacityBytes')];
      const evidence = {
        ...{ mountPoint: store.name, fileSystemType: store.fileSystemType, usedInodes, capacityInodes },
        freeBytes: used === null || capacity === null ? null : capacity - used,
        ...{ daysLeft: clock?.daysLeft?.p50 ?? null, dockerSockets: dockerSocketsOn(layout, store.key) },
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint, dockerSockets }): RemedyStep[] => [
    precondition(
      'It is inodes that are short, and not bytes.',
      '确认不足的是 inode，而不是字节。',
      `${shellLine('df', '-i', '--', mountPoint)} && ${shellLine('df', '-h', '--', mountPoint)}`,
    ),
    look(
      `${shellLine('du', '--inodes', '-x', '-d', '3', '--', mountPoint)} | sort -n | tail -n 20`,
      'The folders with the most files come last: caches, sessions, mail queues, layers with many small files. It reads every folder, so it may take minutes.',
      '文件最多的目录排在最后：缓存、会话、邮件队列，或含大量小文件的镜像层。该命令会读取每个目录，可能需要几分钟。',
    ),
    ...dockerSockets.map((socket) =>
      look(
        shellLine(...clientWords(socket), 'system', 'df'),
        'Images and build cache that nothing uses hold files too: remove them there, never by hand.',
        '没有使用的镜像和构建缓存同样占用文件数；请通过 Docker 删除，切勿手动删除。',
      ),
    ),
    expectAfter(
      'IUse% is below 85 %. Ext file systems get no more inodes but by growing; XFS gets more with xfs_growfs -m.',
      'IUse% 低于 85%。ext 系列只有扩容才能增加 inode；XFS 可用 xfs_growfs -m 调高上限。',
      shellLine('df', '-i', '--', mountPoint),
    ),
  ],
  text,
  // fixtures/loop/sparse-overcommit-series.jsonl, sample 0, with inodes that an edit made few.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/pseudo', fileSystemType: 'ext4', usedInodes: 63_570, capacityInodes: 65_536 },
    ...{ freeBytes: 950_214_656, daysLeft: null, dockerSockets: [] },
  },
});
