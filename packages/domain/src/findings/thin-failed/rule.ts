import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { type PoolNames, poolsOf } from '../thin-pools.ts';
import { kernelLogStep, statusLine, tableLine } from '../thin-steps.ts';
import { text } from './text.ts';

export type ThinFailed = PoolNames & {
  /** `failed`: no I/O. `error`: the kernel could not read its metadata. */
  state: 'failed' | 'error';
  /** `253:8`; null = its table was not read. */
  metadataDevice: string | null;
  dataDevice: string | null;
};

export const thinFailed = defineRule<ThinFailed>({
  id: 'thin-failed',
  needsPast: false,
  basis: ['kernel, device-mapper/thin-provisioning.rst', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinFailed> = { findings: [], cannotTell: [] };
    for (const { store, names, facts } of poolsOf(input)) {
      if (facts.state === null) answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      if (facts.state !== 'failed' && facts.state !== 'error') continue;
      const { state, metadataDevice, dataDevice } = facts;
      answer.findings.push({
        ...{ subject: store.key, storeKey: store.key, severity: 'critical' },
        evidence: { ...names, state, metadataDevice, dataDevice },
      });
    }
    return answer;
  },
  remedy: ({ dmName }) => [
    precondition(
      'Stop what writes to the pool. Format nothing, repair nothing in place, and do not load its table again.',
      '停止所有写入该池的程序。不要格式化，不要就地修复，也不要重新加载它的表。',
    ),
    look(statusLine(dmName), 'Says Fail or Error.', '显示 Fail 或 Error。'),
    kernelLogStep('Which device failed, and since when.', '查看是哪个设备出错，以及从何时开始。'),
    look(
      tableLine(dmName),
      'The first two numbers are the metadata device and the data device.',
      '前两个数字是元数据设备和数据设备。',
    ),
    look(
      shellLine('lsblk', '-s', '-o', 'NAME,MAJ:MIN,SIZE,TYPE,STATE,MOUNTPOINTS'),
      'The way from these two down to the disks: one of them is gone or broken.',
      '从这两个设备向下找到磁盘：其中之一已丢失或损坏。',
    ),
    precondition(
      'Once the device works again, copy the metadata to another disk before the pool is activated. It then comes back as it was, or wants a check.',
      '设备恢复后，在激活存储池之前，先把元数据复制到另一块磁盘。之后它会恢复原状，或要求检查。',
    ),
    expectAfter('The status has numbers and the word rw.', '状态显示数字和 rw。', statusLine(dmName)),
  ],
  text,
  // Of fixtures/thin-pool/states/needs_check_and_fail, row 6; the names are those of dm-thin-vm.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ state: 'failed', metadataDevice: '7:1', dataDevice: '7:0' },
  },
});
