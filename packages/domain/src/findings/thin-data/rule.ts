import { defineRule, type RuleAnswer } from '../rule.ts';
import { look } from '../steps.ts';
import {
  daysLeftOf,
  hasRoomToExtend,
  isOutOfSpace,
  isSilent,
  type Pool,
  type PoolNames,
  poolsOf,
  severityOfFill,
} from '../thin-pools.ts';
import { expectPool, freeDockerSteps, growSteps, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

/** dmeventd looks each 10 s; beyond its threshold by more than this it does not do its work. */
const LATE_PERCENT = 5;

export type ThinData = PoolNames & {
  usedBytes: number;
  capacityBytes: number;
  groupFreeBytes: number | null;
  /** null = no date. */
  daysLeft: number | null;
};

export const thinData = defineRule<ThinData>({
  id: 'thin-data',
  needsPast: false,
  basis: ['lvmthin(7)', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinData> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, read } = pool;
      if (isSilent(pool) || isOutOfSpace(pool)) continue;
      const [usedBytes, capacityBytes] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
      if (usedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      const daysLeft = daysLeftOf(input, store.key, 'poolData');
      const fill = usedBytes / capacityBytes;
      const severity = severityOfFill(isAboutToGrow(pool, fill) && hasRoomToExtend(pool, input) ? 0 : fill, daysLeft);
      if (severity === null) continue;
      const evidence = {
        ...names,
        ...{ usedBytes, capacityBytes, groupFreeBytes: read('poolGroupFreeBytes'), daysLeft },
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    look(poolLine(evidence), 'The data is that full.', '数据使用率如上所述。'),
    ...freeDockerSteps(evidence),
    ...growSteps(evidence, { part: 'data', ...evidence }),
    expectPool(evidence, 'The data is below 80 %.', '数据使用率低于 80%。'),
  ],
  text,
  // The LVM pool of fixtures/thin-pool/lvm as it filled, fill/lvm_data_fill, row 39.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ usedBytes: 4_216_651_776, capacityBytes: 4_294_967_296, groupFreeBytes: 8_564_768_768, daysLeft: null },
  },
});

/** LVM would enlarge it at its threshold, and is not late. */
function isAboutToGrow({ item, facts }: Pool, fill: number): boolean {
  const threshold = item?.autoextendThresholdPercent ?? null;
  return facts.lowWaterBlocks !== 0 && threshold !== null && 100 * fill <= threshold + LATE_PERCENT;
}
