import type { BtrfsFacts } from '../../snapshot.ts';
import { balanceDataSteps, nothingRuns } from '../btrfs-steps.ts';
import { btrfsStores } from '../btrfs-stores.ts';
import { HYSTERESIS_SHARE, standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { text } from './text.ts';

const ID = 'btrfs-unallocated-low';
/** A chunk takes at most this of a device, and at most `CHUNK_SHARE` of them all (fs/btrfs/volumes.c, Linux 5.15). */
const CHUNK_BYTES = 1024 ** 3;
const CHUNK_SHARE = 0.1;
/** Chunks of data that are emptier than this, and by one chunk at the least, can be packed closer. */
const MIN_SLACK_SHARE = 0.1;
/** Of a byte; the stripes of the other profiles hold each byte once. */
const COPIES: Record<string, number> = { dup: 2, raid1: 2, raid10: 2, raid1c3: 3, raid1c4: 4 };

export type UnallocatedLow = {
  mountPoint: string;
  unallocatedBytes: number;
  /** What the next chunk of data takes of the devices. */
  nextChunkBytes: number;
  deviceBytes: number;
  dataUsedBytes: number;
  dataAllocatedBytes: number;
  /** Of each byte, on the devices. */
  dataCopies: number;
};

export const btrfsUnallocatedLow = defineRule<UnallocatedLow>({
  id: ID,
  needsPast: false,
  basis: ['moby/moby#29601', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<UnallocatedLow> = { findings: [], cannotTell: [] };
    for (const { store, read } of btrfsStores(input)) {
      const [unallocatedBytes, deviceBytes] = [read('unallocatedBytes'), read('deviceBytes')];
      const [dataUsedBytes, dataAllocatedBytes] = [read('dataUsedBytes'), read('dataAllocatedBytes')];
      if (unallocatedBytes === null || deviceBytes === null || dataUsedBytes === null || dataAllocatedBytes === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'sysfs' });
        continue;
      }
      const chunkBytes = Math.floor(Math.min(CHUNK_BYTES, CHUNK_SHARE * deviceBytes));
      const dataCopies = copiesOf(store.btrfs);
      const nextChunkBytes = chunkBytes * dataCopies;
      const slackBytes = dataAllocatedBytes - dataUsedBytes;
      const isPacked = slackBytes < Math.max(chunkBytes, MIN_SLACK_SHARE * dataAllocatedBytes);
      const standing = standingOf(input, ID, store.key);
      const marginBytes = standing === null ? 0 : Math.min(HYSTERESIS_SHARE * deviceBytes, nextChunkBytes);
      // What data fills up meanwhile has not recovered by that.
      if (unallocatedBytes >= nextChunkBytes + marginBytes || (isPacked && standing === null)) continue;
      const evidence = {
        ...{ mountPoint: store.name, unallocatedBytes, nextChunkBytes, deviceBytes, dataUsedBytes, dataAllocatedBytes },
        dataCopies,
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'warning', evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint }) => [
    nothingRuns(mountPoint),
    precondition(
      'If a balance fails for lack of space, delete snapshots that nobody needs first.',
      '若 balance 因空间不足而失败，请先删除不再需要的快照。',
    ),
    look(
      shellLine('btrfs', 'filesystem', 'usage', mountPoint),
      '"Device unallocated" is small and Data has more size than used.',
      '“Device unallocated” 很小，而 Data 的 size 大于 used。',
    ),
    ...balanceDataSteps(mountPoint),
    expectAfter(
      'Unallocated space is back, by some GiB.',
      '未分配空间恢复若干 GiB。',
      shellLine('btrfs', 'filesystem', 'usage', mountPoint),
    ),
  ],
  promise({ dataUsedBytes, dataAllocatedBytes, dataCopies }) {
    const bytes = (dataAllocatedBytes - dataUsedBytes) * dataCopies;
    return bytes <= 0 ? null : { bytes, series: 'unallocatedBytes', rises: true };
  },
  text,
  // probes/fixtures/btrfs/exhaustion-4-of-72.jsonl, sample 66: the last one before ENOSPC.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/dbtr', unallocatedBytes: 1_048_576, nextChunkBytes: 322_122_547 },
    ...{ deviceBytes: 3_221_225_472, dataUsedBytes: 155_652_096, dataAllocatedBytes: 2_653_945_856 },
    dataCopies: 1,
  },
});

/** While a balance converts, of the profile that takes more. */
const copiesOf = (facts: BtrfsFacts | null): number =>
  Math.max(1, ...(facts?.profiles.data ?? []).map((profile) => COPIES[profile] ?? 1));
