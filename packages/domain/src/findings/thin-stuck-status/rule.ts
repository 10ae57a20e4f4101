import { type BlockChain, chainOf } from '../../inventory/block.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { type PoolNames, poolsOf } from '../thin-pools.ts';
import { kernelLogStep, operand, statusLine, tableLine } from '../thin-steps.ts';
import { text } from './text.ts';

/** Devices that are looked at, the top one first. */
const MAX_CHAIN = 6;

export type ThinStuckStatus = PoolNames & {
  /** `253:8`; null = its table was never read. */
  metadataDevice: string | null;
  /** The kernel's name of that device, and of those that it lies on; empty = not read. */
  metadataChain: string[];
};

export const thinStuckStatus = defineRule<ThinStuckStatus>({
  id: 'thin-stuck-status',
  needsPast: false,
  basis: ['captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinStuckStatus> = { findings: [], cannotTell: [] };
    for (const { store, names, facts } of poolsOf(input)) {
      if (facts.state === null) answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      if (facts.state !== 'stalled') continue;
      const { metadataDevice } = facts;
      const chain = metadataDevice === null ? null : chainOf(input.inventory?.devices ?? [], metadataDevice);
      const metadataChain = chain === null ? [] : [...new Set(namesOf(chain))].slice(0, MAX_CHAIN);
      answer.findings.push({
        ...{ subject: store.key, storeKey: store.key, severity: 'critical' },
        evidence: { ...names, metadataDevice, metadataChain },
      });
    }
    return answer;
  },
  remedy: ({ dmName, metadataChain }) => [
    precondition(
      'Start no lvs, vgs or dmsetup status: each hangs as well, and cannot be killed.',
      '不要运行 lvs、vgs 或 dmsetup status：它们同样会挂起，且无法终止。',
    ),
    look(
      tableLine(dmName),
      'Comes back. The first two numbers are the metadata device and the data device.',
      '能正常返回。前两个数字是元数据设备和数据设备。',
    ),
    look(
      shellLine('dmsetup', 'info', '-c', ...operand(dmName)),
      'An "s" in the attributes means that somebody suspended it.',
      '属性中有 “s” 表示有人将其挂起（suspend）。',
    ),
    look(
      shellLine('ps', '-eo', 'pid,stat,wchan:32,comm'),
      'Those with D in the second column hang, and the third says where in the kernel.',
      '第二列为 D 的进程处于挂起状态，第三列说明卡在内核何处。',
    ),
    kernelLogStep('Errors and timeouts of the device beneath.', '查看下层设备的错误和超时。'),
    ...metadataChain.map((name) =>
      look(
        `cat ${shellLine(`/sys/block/${name}/inflight`)}`,
        'Requests under way, reads and writes. Numbers that stay above 0 name the stalled device.',
        '正在进行的读、写请求数。一直大于 0 的就是卡住的设备。',
      ),
    ),
    expectAfter(
      'Once the device beneath answers: comes back within a second. Put a time limit on it.',
      '下层设备恢复后应在一秒内返回。请为它加上时限。',
      `timeout -s KILL 5 ${statusLine(dmName)}`,
    ),
  ],
  text,
  // fixtures/thin-pool/lvm in the state of perm/hang_matrix.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ metadataDevice: '253:8', metadataChain: ['dm-8'] },
  },
});

const namesOf = ({ device, below }: BlockChain): string[] => [device.name, ...below.flatMap(namesOf)];
