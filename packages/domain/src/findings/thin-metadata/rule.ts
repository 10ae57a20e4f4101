import { awaitsDate, HYSTERESIS_SHARE, standingOf, stoodAt, untilForecast, worseOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { look } from '../steps.ts';
import { clockOf } from '../store-fill.ts';
import {
  daysLeftOf,
  isSilent,
  type PoolNames,
  poolsOf,
  severityOfDays,
  severityOfFill,
  untoldOfSilent,
} from '../thin-pools.ts';
import { expectPool, growSteps, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-metadata';
/** LVM refuses new thin volumes and snapshots when less is free (lib/metadata/thin_manip.c; seen at 76.37 % of 4 MiB). */
const LVM_RESERVE_BYTES = 4 * 1024 ** 2;
const LVM_RESERVE_SHARE = 0.25;

export type ThinMetadata = PoolNames & {
  usedBytes: number;
  capacityBytes: number;
  /** LVM makes no new volume or snapshot in it. */
  refusesNew: boolean;
  groupFreeBytes: number | null;
  /** null = no date. */
  daysLeft: number | null;
};

export const thinMetadata = defineRule<ThinMetadata>({
  id: ID,
  needsPast: false,
  basis: ['lvmthin(7)', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinMetadata> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      const standing = standingOf(input, ID, store.key);
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standing, store.key));
      if (isSilent(pool) || (facts.state === 'read-only-metadata-full' && standing === null)) continue;
      const [usedBytes, capacityBytes] = [read('poolMetadataUsedBytes'), read('poolMetadataCapacityBytes')];
      if (usedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      const reserve = Math.min(LVM_RESERVE_BYTES, LVM_RESERVE_SHARE * capacityBytes);
      const isTight = (margin: number) => names.groupName !== null && capacityBytes - usedBytes <= reserve + margin;
      const refusesNew = isTight(0);
      const margin = stoodAt(standing, 'warning') ? HYSTERESIS_SHARE * capacityBytes : 0;
      const clock = clockOf(input.past, store.key, 'poolMetadata');
      const daysLeft = daysLeftOf(clock);
      const byFill = worseOf(severityOfFill(usedBytes / capacityBytes, standing), isTight(margin) ? 'warning' : null);
      const severity = worseOf(byFill, severityOfDays(daysLeft, standing));
      const isUntold = awaitsDate(standing, severity, clock);
      if (isUntold) answer.cannotTell.push(untilForecast(store.key));
      if (severity === null || isUntold) continue;
      const groupFreeBytes = read('poolGroupFreeBytes');
      const evidence = { ...names, usedBytes, capacityBytes, refusesNew, groupFreeBytes, daysLeft };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    look(poolLine(evidence), 'The metadata is that full.', '元数据使用率如上所述。'),
    ...growSteps(evidence, { part: 'metadata', ...evidence }),
    expectPool(evidence, 'The metadata is below 80 %.', '元数据使用率低于 80%。'),
  ],
  text,
  // Of fixtures/thin-pool/fill/lvm_meta_fill, row 30: the 76.37 % at which LVM refused a snapshot.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ usedBytes: 3_203_072, capacityBytes: 4_194_304, refusesNew: true },
    ...{ groupFreeBytes: 8_564_768_768, daysLeft: null },
  },
});
