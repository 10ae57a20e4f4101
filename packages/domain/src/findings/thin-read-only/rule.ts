import { standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { look, precondition } from '../steps.ts';
import { isSilent, type PoolNames, poolsOf, untoldOfSilent } from '../thin-pools.ts';
import { expectPool, growSteps, kernelLogStep, poolLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-read-only';

export type ThinReadOnly = PoolNames & {
  isMetadataFull: boolean;
  metadataCapacityBytes: number | null;
  groupFreeBytes: number | null;
};

export const thinReadOnly = defineRule<ThinReadOnly>({
  id: ID,
  needsPast: false,
  basis: ['kernel, device-mapper/thin-provisioning.rst', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinReadOnly> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      if (facts.state === null) answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standingOf(input, ID, store.key), store.key));
      // `read-only-asked` is what its table wants.
      if (facts.state !== 'read-only' && facts.state !== 'read-only-metadata-full') continue;
      const evidence = {
        ...{ ...names, isMetadataFull: facts.state === 'read-only-metadata-full' },
        metadataCapacityBytes: read('poolMetadataCapacityBytes'),
        groupFreeBytes: read('poolGroupFreeBytes'),
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'critical', evidence });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { isMetadataFull, metadataCapacityBytes: capacityBytes, groupFreeBytes } = evidence;
    const grow = isMetadataFull
      ? growSteps(evidence, { part: 'metadata', capacityBytes, usedBytes: capacityBytes, groupFreeBytes })
      : [];
    return [
      precondition(
        'Do not trim or delete in it to make room: nothing is freed while it is read-only, though fstrim says so.',
        '不要试图通过 fstrim 或删除来腾空间：只读期间什么也不会释放，尽管 fstrim 报告成功。',
      ),
      look(
        poolLine(evidence),
        isMetadataFull ? 'The metadata is 100 % full.' : 'The pool is read-only, its metadata has room.',
        isMetadataFull ? '元数据使用率为 100%。' : '存储池为只读，但元数据仍有空间。',
      ),
      kernelLogStep('Why it turned read-only.', '查看它变为只读的原因。'),
      ...grow,
      expectPool(evidence, 'The status has the word rw again.', '状态中重新出现 rw。'),
    ];
  },
  text,
  // Of fixtures/thin-pool/fill/lvm_meta_fill, row 43.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ isMetadataFull: true, metadataCapacityBytes: 4_194_304, groupFreeBytes: 8_564_768_768 },
  },
});
