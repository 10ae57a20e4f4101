import { awaitsDate, HYSTERESIS_SHARE, standingOf, untilForecast, worseOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer, type StandingFinding } from '../rule.ts';
import { look } from '../steps.ts';
import { clockOf } from '../store-fill.ts';
import {
  daysLeftOf,
  hasRoomToExtend,
  isOutOfSpace,
  isSilent,
  type Pool,
  type PoolNames,
  poolsOf,
  severityOfDays,
  severityOfFill,
  untoldOfSilent,
} from '../thin-pools.ts';
import { expectPool, freeDockerSteps, growSteps, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-data';
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
  id: ID,
  needsPast: false,
  basis: ['lvmthin(7)', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinData> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, read } = pool;
      const standing = standingOf(input, ID, store.key);
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standing, store.key));
      if (isSilent(pool) || (isOutOfSpace(pool) && standing === null)) continue;
      const [usedBytes, capacityBytes] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
      if (usedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      const clock = clockOf(input.past, store.key, 'poolData');
      const daysLeft = daysLeftOf(clock);
      const fill = usedBytes / capacityBytes;
      const isLeftToLvm = isAboutToGrow(pool, fill, standing) && hasRoomToExtend(pool, input);
      const byFill = severityOfFill(isLeftToLvm ? 0 : fill, standing);
      const severity = worseOf(byFill, severityOfDays(daysLeft, standing));
      const isUntold = awaitsDate(standing, severity, clock);
      if (isUntold) answer.cannotTell.push(untilForecast(store.key));
      if (severity === null || isUntold) continue;
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
function isAboutToGrow({ item, facts }: Pool, fill: number, standing: StandingFinding | null): boolean {
  const threshold = item?.autoextendThresholdPercent ?? null;
  const margin = standing === null ? 0 : HYSTERESIS_SHARE;
  return facts.lowWaterBlocks !== 0 && threshold !== null && 100 * (fill + margin) <= threshold + LATE_PERCENT;
}
