import { standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { look } from '../steps.ts';
import { isOutOfSpace, isSilent, type PoolNames, poolsOf, untoldOfSilent } from '../thin-pools.ts';
import { expectPool, freeDockerSteps, growSteps, kernelLogStep, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-out-of-space';

export type ThinOutOfSpace = PoolNames & {
  /** `queueing`: writers wait, 60 s by default. `timed-out`: they have waited, writes are lost. `erroring`: they fail at once. */
  writes: 'queueing' | 'timed-out' | 'erroring' | 'not known';
  capacityBytes: number | null;
  groupFreeBytes: number | null;
};

export const thinOutOfSpace = defineRule<ThinOutOfSpace>({
  id: ID,
  needsPast: false,
  basis: ['kernel, device-mapper/thin-provisioning.rst', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinOutOfSpace> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      if (facts.state === null) answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standingOf(input, ID, store.key), store.key));
      if (!isOutOfSpace(pool)) continue;
      const writes = WRITES[facts.state ?? ''] ?? 'not known';
      const capacityBytes = read('poolDataCapacityBytes');
      const evidence = { ...names, writes, capacityBytes, groupFreeBytes: read('poolGroupFreeBytes') };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'critical', evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    look(poolLine(evidence), 'The data is 100 % full.', '数据使用率为 100%。'),
    ...freeDockerSteps(evidence),
    ...growSteps(evidence, { part: 'data', usedBytes: evidence.capacityBytes, ...evidence }),
    kernelLogStep(
      'Which file systems in the pool have met errors. Unmount and check those before they are written to again.',
      '查看池中哪些文件系统出过错。再次写入之前，请先卸载并检查它们。',
    ),
    expectPool(
      evidence,
      'The data is below 100 %, and the status has the word rw again.',
      '数据使用率低于 100%，状态中重新出现 rw。',
    ),
  ],
  text,
  // Docker's pool of fixtures/thin-pool/dm-thin-vm, step B15-fill.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ writes: 'timed-out', capacityBytes: 314_572_800, groupFreeBytes: null },
  },
});

const WRITES: Readonly<Record<string, ThinOutOfSpace['writes']>> = {
  'out-of-data-space-queueing': 'queueing',
  'out-of-data-space-timed-out': 'timed-out',
  'out-of-data-space-erroring': 'erroring',
};
