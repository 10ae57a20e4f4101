import { fillFor, HYSTERESIS_PART, standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer, type Severity } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { look, run } from '../steps.ts';
import {
  autoextendStepBytes,
  isSilent,
  POOL_CRITICAL_FILL,
  type PoolNames,
  poolsOf,
  untoldOfSilent,
} from '../thin-pools.ts';
import { expectPool, operand } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-autoextend-hollow';

export type ThinAutoextendHollow = PoolNames & {
  groupFreeBytes: number;
  /** What the next enlargement takes. */
  stepBytes: number;
  usedBytes: number;
  capacityBytes: number;
  /** Fill at which LVM means to enlarge it; null = not read. */
  thresholdPercent: number | null;
};

export const thinAutoextendHollow = defineRule<ThinAutoextendHollow>({
  id: ID,
  needsPast: false,
  basis: ['lvmthin(7)'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<ThinAutoextendHollow> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, item, read } = pool;
      const standing = standingOf(input, ID, store.key);
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standing, store.key));
      if (names.groupName === null || isSilent(pool) || facts.lowWaterBlocks === 0) continue;
      const [usedBytes, capacityBytes] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
      const thresholdPercent = item?.autoextendThresholdPercent ?? null;
      if (facts.lowWaterBlocks === null || usedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      const groupFreeBytes = read('poolGroupFreeBytes');
      if (groupFreeBytes === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'lvm' });
        continue;
      }
      const stepBytes = autoextendStepBytes(input, capacityBytes);
      if (groupFreeBytes >= stepBytes * (standing === null ? 1 : 1 + HYSTERESIS_PART)) continue;
      const isNearlyFull = usedBytes / capacityBytes >= fillFor(standing, 'critical', POOL_CRITICAL_FILL);
      const severity: Severity = isNearlyFull ? 'critical' : 'warning';
      const evidence = { ...names, groupFreeBytes, stepBytes, usedBytes, capacityBytes, thresholdPercent };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    look(
      shellLine('vgs', '-o', 'vg_name,vg_size,vg_free', ...operand(evidence.groupName ?? evidence.poolName)),
      'What is free is less than the next step.',
      '空闲空间少于下一次扩容所需。',
    ),
    look(
      shellLine('pvs', '-o', 'pv_name,vg_name,pv_size,pv_free'),
      'Which disks LVM has, and whether one is in no group.',
      '查看 LVM 有哪些磁盘，是否有不属于任何卷组的。',
    ),
    {
      ...{ kind: 'run', command: null, isDestructive: false },
      note: {
        en: `Add a disk to the group ${evidence.groupName ?? ''} with vgextend, or remove volumes and snapshots that nobody needs.`,
        'zh-CN': `用 vgextend 为卷组 ${evidence.groupName ?? ''} 增加磁盘，或删除无用的卷和快照。`,
      },
    },
    run(
      shellLine('lvextend', '--use-policies', ...operand(evidence.poolName)),
      'Does what LVM would do by itself: nothing while the pool is below its threshold.',
      '执行 LVM 本应自动进行的操作：未达阈值时什么也不做。',
    ),
    expectPool(evidence, 'The pool is below its threshold.', '使用率低于阈值。'),
  ],
  text,
  // Row 36 of fixtures/thin-pool/lvm/autoextend, with 128 MiB free in the group by an edit.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ groupFreeBytes: 134_217_728, stepBytes: 310_378_496, usedBytes: 1_521_221_632 },
    ...{ capacityBytes: 1_551_892_480, thresholdPercent: 70 },
  },
});
