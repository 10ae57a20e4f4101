import { daysFor, fillFor, HYSTERESIS_PART, lastTold, standingOf } from '../hysteresis.ts';
import { defineRule, type FindingPast, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { look } from '../steps.ts';
import {
  CRITICAL_DAYS,
  isSilent,
  POOL_WARNING_FILL,
  type Pool,
  type PoolNames,
  poolsOf,
  untoldOfSilent,
} from '../thin-pools.ts';
import { expectPool, growSteps, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-metadata-first';
/** A date further away is no reason to act. */
const MAX_DAYS = 60;
const WARNING_DAYS = 14;

export type ThinMetadataFirst = PoolNames & {
  metadataDaysLeft: number;
  /** null = the data does not grow. */
  dataDaysLeft: number | null;
  usedBytes: number;
  capacityBytes: number;
  growthBytesPerDay: number;
  groupFreeBytes: number | null;
};

export const thinMetadataFirst = defineRule<ThinMetadataFirst>({
  id: ID,
  needsPast: true,
  basis: ['captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinMetadataFirst> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      if (input.past === null) continue;
      const standing = standingOf(input, ID, store.key);
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standing, store.key));
      if (isSilent(pool) || (facts.state === 'read-only-metadata-full' && standing === null)) continue;
      const [usedBytes, capacityBytes] = [read('poolMetadataUsedBytes'), read('poolMetadataCapacityBytes')];
      const days = daysOf(pool, input.past);
      if (usedBytes === null || capacityBytes === null || days === 'not read') {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      if (days === 'too short') {
        answer.cannotTell.push({ subject: store.key, missing: 'history' });
        continue;
      }
      const { metadata, data, growthBytesPerDay } = days;
      const isFirst = standing === null ? metadata < data : metadata * (1 - HYSTERESIS_PART) < data;
      if (metadata > daysFor(standing, 'notice', MAX_DAYS) || !isFirst) {
        // What is full grows no more, and has not recovered by that: it stays as it was last told.
        const isFull =
          standing !== null && usedBytes >= fillFor(standing, 'warning', POOL_WARNING_FILL) * capacityBytes;
        if (isFull) answer.findings.push(lastTold<ThinMetadataFirst>(standing, store.key, store.key));
        continue;
      }
      const severity = severityOf(metadata, standing);
      const dataDaysLeft = Number.isFinite(data) ? data : null;
      const evidence = {
        ...names,
        ...{ metadataDaysLeft: metadata, dataDaysLeft, usedBytes, capacityBytes, growthBytesPerDay },
        groupFreeBytes: read('poolGroupFreeBytes'),
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    look(poolLine(evidence), 'Compare the two fills.', '比较两者的使用率。'),
    ...growSteps(evidence, { part: 'metadata', ...evidence }),
    expectPool(evidence, 'The metadata has room for as long as the data.', '元数据的余量不再短于数据。'),
  ],
  text,
  // Of fixtures/thin-pool/lvm, with rates that a test gives.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ metadataDaysLeft: 6.98046875, dataDaysLeft: 36.473125, usedBytes: 1_069_056, capacityBytes: 8_388_608 },
    ...{ growthBytesPerDay: 1_048_576, groupFreeBytes: 8_564_768_768 },
  },
});

function severityOf(days: number, standing: StandingFinding | null): Severity {
  if (days <= daysFor(standing, 'critical', CRITICAL_DAYS)) return 'critical';
  return days <= daysFor(standing, 'warning', WARNING_DAYS) ? 'warning' : 'notice';
}

type Days = { metadata: number; data: number; growthBytesPerDay: number };

function daysOf({ store, read }: Pool, past: FindingPast): Days | 'not read' | 'too short' {
  const [used, capacity] = [read('poolMetadataUsedBytes'), read('poolMetadataCapacityBytes')];
  const [dataUsed, dataCapacity] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
  if (used === null || capacity === null || dataUsed === null || dataCapacity === null) return 'not read';
  const rate = past.growthPerDay(store.key, 'poolMetadataUsedBytes');
  const dataRate = past.growthPerDay(store.key, 'poolDataUsedBytes');
  if (rate === null || dataRate === null) return 'too short';
  const daysAt = (room: number, perDay: number) => (perDay > 0 ? room / perDay : Number.POSITIVE_INFINITY);
  return {
    metadata: daysAt(capacity - used, rate),
    data: daysAt(dataCapacity - dataUsed, dataRate),
    growthBytesPerDay: rate,
  };
}
