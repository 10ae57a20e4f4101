import { defineRule, type RuleAnswer, type Severity } from '../rule.ts';
import { look } from '../steps.ts';
import { daysLeftOf, isSilent, type PoolNames, poolsOf, severityOfFill } from '../thin-pools.ts';
import { expectPool, growSteps, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

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
  id: 'thin-metadata',
  needsPast: false,
  basis: ['lvmthin(7)', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinMetadata> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      if (isSilent(pool) || facts.state === 'read-only-metadata-full') continue;
      const [usedBytes, capacityBytes] = [read('poolMetadataUsedBytes'), read('poolMetadataCapacityBytes')];
      if (usedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      const reserve = Math.min(LVM_RESERVE_BYTES, LVM_RESERVE_SHARE * capacityBytes);
      const refusesNew = names.groupName !== null && capacityBytes - usedBytes <= reserve;
      const daysLeft = daysLeftOf(input, store.key, 'poolMetadata');
      const severity = worse(severityOfFill(usedBytes / capacityBytes, daysLeft), refusesNew);
      if (severity === null) continue;
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

const worse = (severity: Severity | null, refusesNew: boolean): Severity | null =>
  refusesNew && severity !== 'critical' ? 'warning' : severity;
