import { storeReadings } from '../readings.ts';
import { defineRule, type RuleAnswer, type Severity } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** A chunk takes at most this of the devices, and at most `CHUNK_SHARE` of them all (fs/btrfs/volumes.c, Linux 5.15). */
const CHUNK_BYTES = 1024 ** 3;
const CHUNK_SHARE = 0.1;
/** Chunks of data that are emptier than this can be packed closer. */
const MIN_SLACK_SHARE = 0.1;
const USAGES_PERCENT = [0, 5, 10, 20];

export type UnallocatedLow = {
  mountPoint: string;
  unallocatedBytes: number;
  /** What the next chunk of data takes of the devices. */
  nextChunkBytes: number;
  deviceBytes: number;
  dataUsedBytes: number;
  dataAllocatedBytes: number;
};

export const btrfsUnallocatedLow = defineRule<UnallocatedLow>({
  id: 'btrfs-unallocated-low',
  needsPast: false,
  basis: ['moby/moby#29601', 'captured'],
  wasSeen: true,
  check({ snapshot }) {
    const answer: RuleAnswer<UnallocatedLow> = { findings: [], cannotTell: [] };
    for (const { store, read } of storeReadings(snapshot)) {
      if (store.kind !== 'btrfs') continue;
      const [unallocatedBytes, deviceBytes] = [read('unallocatedBytes'), read('deviceBytes')];
      const [dataUsedBytes, dataAllocatedBytes] = [read('dataUsedBytes'), read('dataAllocatedBytes')];
      if (unallocatedBytes === null || deviceBytes === null || dataUsedBytes === null || dataAllocatedBytes === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'sysfs' });
        continue;
      }
      const copies = store.btrfs?.profiles.data.some((profile) => profile === 'dup' || profile.startsWith('raid1'))
        ? 2
        : 1;
      const nextChunkBytes = Math.min(CHUNK_BYTES, CHUNK_SHARE * deviceBytes) * copies;
      const slack = dataAllocatedBytes === 0 ? 0 : 1 - dataUsedBytes / dataAllocatedBytes;
      if (unallocatedBytes >= nextChunkBytes || slack < MIN_SLACK_SHARE) continue;
      const severity: Severity = 'warning';
      const evidence = {
        ...{ mountPoint: store.name, unallocatedBytes, nextChunkBytes, deviceBytes, dataUsedBytes, dataAllocatedBytes },
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint }) => [
    precondition(
      'No balance, scrub or replace runs on it. If a balance fails for lack of space, delete snapshots first.',
      '该文件系统上没有正在运行的 balance、scrub 或 replace。若 balance 因空间不足而失败，请先删除快照。',
      shellLine('btrfs', 'balance', 'status', mountPoint),
    ),
    look(
      shellLine('btrfs', 'filesystem', 'usage', mountPoint),
      '"Device unallocated" is small and Data has more size than used.',
      '“Device unallocated” 很小，而 Data 的 size 大于 used。',
    ),
    ...USAGES_PERCENT.map((percent) =>
      run(
        shellLine('btrfs', 'balance', 'start', `-dusage=${percent}`, mountPoint),
        percent === 0
          ? 'Gives back empty chunks; it costs next to nothing. Go on with the next line only while too little is unallocated.'
          : `Packs data chunks that are less than ${percent} % full. Never balance metadata (-m).`,
        percent === 0
          ? '释放空的块组，几乎没有开销。只有在未分配空间仍然不足时才继续下一行。'
          : `合并使用率低于 ${percent}% 的数据块组。切勿对元数据做 balance（-m）。`,
      ),
    ),
    expectAfter(
      'Unallocated space is back, by some GiB.',
      '未分配空间恢复若干 GiB。',
      shellLine('btrfs', 'filesystem', 'usage', mountPoint),
    ),
  ],
  text,
  // fixtures/btrfs: the last sample before ENOSPC.
  example: {
    ...{
      mountPoint: '/srv/lab/mnt/exhaust',
      unallocatedBytes: 1_048_576,
      nextChunkBytes: 322_122_547,
      deviceBytes: 3_221_225_472,
    },
    ...{ dataUsedBytes: 560_000_000, dataAllocatedBytes: 2_650_800_128 },
  },
});
