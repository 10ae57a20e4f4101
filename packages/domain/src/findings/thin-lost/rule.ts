import { standingOf } from '../hysteresis.ts';
import { defineRule, type RuleAnswer, type StandingFinding } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { isSilent, type PoolNames, poolsOf, untoldOfSilent } from '../thin-pools.ts';
import { kernelLogStep, operand, statusLine, tableLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-lost';

export type ThinLost = PoolNames & {
  /** A day before it was found. */
  usedBeforeBytes: number;
  /** `253:8`; null = its table was not read. */
  metadataDevice: string | null;
};

export const thinLost = defineRule<ThinLost>({
  id: ID,
  needsPast: true,
  basis: ['captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinLost> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      const used = read('poolDataUsedBytes');
      if (used === null && !isSilent(pool)) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      } else if (used === null) answer.cannotTell.push(...untoldOfSilent(standingOf(input, ID, store.key), store.key));
      if (used !== 0 || input.past === null) continue;
      const usedADayAgo = input.past.valueADayAgo(store.key, 'poolDataUsedBytes');
      // A day later it was empty a day ago too, and is as lost as it was.
      const usedBeforeBytes = usedADayAgo || usedBeforeOf(standingOf(input, ID, store.key));
      if (usedBeforeBytes === null) {
        if (usedADayAgo === null) answer.cannotTell.push({ subject: store.key, missing: 'history' });
        continue;
      }
      const evidence = { ...names, usedBeforeBytes, metadataDevice: facts.metadataDevice };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'critical', evidence });
    }
    return answer;
  },
  remedy: ({ dmName, groupName }) => [
    precondition(
      'Stop what uses the pool, Docker first, and start nothing again: each write goes over blocks that still hold the old data.',
      '停止使用该池的一切程序，先停 Docker，也不要再启动：每次写入都会覆盖仍存有旧数据的块。',
    ),
    look(
      statusLine(dmName),
      'Used data is 0, and nobody emptied the pool on purpose.',
      '数据已用为 0，且并非有人有意清空。',
    ),
    look(tableLine(dmName), 'Is this the metadata device that it had before?', '确认这是否仍是原来的元数据设备。'),
    ...(groupName === null
      ? []
      : [
          look(
            shellLine('lvs', '-a', '-o', 'lv_name,lv_size,transaction_id,devices', ...operand(groupName)),
            'LVM still knows its transaction id; the spare or a _meta0 volume may hold older metadata.',
            'LVM 仍记得其事务号；备用卷或 _meta0 卷中可能有较旧的元数据。',
          ),
        ]),
    kernelLogStep(
      'When the pool was made, and what happened to its devices.',
      '查看该池何时建立，以及其设备发生了什么。',
    ),
    precondition(
      'If somebody emptied it on purpose, there is nothing to do. Else copy both devices before any attempt, or restore from a backup.',
      '若是有意清空，则无需处理。否则在做任何尝试之前先复制两个设备，或从备份恢复。',
    ),
    expectAfter('Used data is what it was.', '数据已用恢复原值。', statusLine(dmName)),
  ],
  text,
  // Of fixtures/thin-pool/states/pool_recreated; the names are those of dm-thin-vm.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ usedBeforeBytes: 52_428_800, metadataDevice: '7:1' },
  },
});

const usedBeforeOf = (standing: StandingFinding | null): number | null =>
  standing === null ? null : (standing.evidence as ThinLost).usedBeforeBytes;
