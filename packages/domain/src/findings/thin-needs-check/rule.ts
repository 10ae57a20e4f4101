import { findBlockDevice } from '../../inventory/block.ts';
import type { RemedyStep } from '../rule.ts';
import { defineRule, type FindingInput, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { look, precondition, run } from '../steps.ts';
import { type Pool, type PoolNames, poolsOf } from '../thin-pools.ts';
import { expectPool, kernelLogStep, operand, poolLine, statusLine, unitLine } from '../thin-steps.ts';
import { text } from './text.ts';

export type ThinNeedsCheck = PoolNames & {
  /** `253:8`; null = the table was not read. */
  metadataDevice: string | null;
  /** Loop file that the metadata lies in; null = none. */
  metadataFile: string | null;
  /** Of that file. */
  metadataBytes: number | null;
};

export const thinNeedsCheck = defineRule<ThinNeedsCheck>({
  id: 'thin-needs-check',
  needsPast: false,
  basis: ['kernel, device-mapper/thin-provisioning.rst', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinNeedsCheck> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts } = pool;
      if (facts.state === null) answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      if (facts.state !== 'needs-check') continue;
      const evidence = { ...names, metadataDevice: facts.metadataDevice, ...metadataFileOf(pool, input) };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'critical', evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    kernelLogStep(
      'What failed: the device of the metadata, or the file system beneath it. Cure that first, or the repair fails as well.',
      '查看出错的是元数据所在设备，还是其下层的文件系统。请先解决它，否则修复同样会失败。',
    ),
    look(poolLine(evidence), 'The pool is read-only and wants a check.', '存储池为只读，并要求检查。'),
    ...(evidence.groupName === null ? repairFileSteps(evidence) : repairLvmSteps(evidence, evidence.groupName)),
    expectPool(
      evidence,
      'The status has rw and no needs_check. Then check each file system in it, unmounted.',
      '状态为 rw，且没有 needs_check。然后逐一检查池中未挂载的文件系统。',
    ),
  ],
  text,
  // Of fixtures/thin-pool/incident/backing_fs_full; the names are those of dm-thin-vm.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ metadataDevice: '7:1', metadataFile: '/var/lib/docker/devicemapper/devicemapper/metadata' },
    metadataBytes: 67_108_864,
  },
});

function metadataFileOf({ facts }: Pool, { inventory }: FindingInput) {
  const device = facts.metadataDevice === null ? null : findBlockDevice(inventory?.devices ?? [], facts.metadataDevice);
  const loop = device?.loop ?? null;
  return {
    metadataFile: loop === null || loop.deleted ? null : loop.backingFile,
    metadataBytes: loop === null ? null : (device?.sizeBytes ?? null),
  };
}

/** lvmthin(7), Metadata check and repair. */
function repairLvmSteps({ poolName }: ThinNeedsCheck, groupName: string): RemedyStep[] {
  return [
    precondition(
      'Nothing uses a volume of the pool: stop what does, and unmount them. The repair is offline.',
      '没有任何程序在使用池中的卷：请停止相关程序并卸载。修复只能离线进行。',
      shellLine('lvs', '-o', 'lv_name,pool_lv,lv_active,lv_device_open', ...operand(groupName)),
    ),
    run(
      shellLine('lvchange', '-an', ...operand(poolName)),
      'Takes the pool out of use, its volumes first where LVM asks for it.',
      '停用存储池；若 LVM 提示，请先停用其中的卷。',
    ),
    run(
      shellLine('lvconvert', '--repair', ...operand(poolName)),
      'Writes repaired metadata to the spare volume and keeps the old as <pool>_meta0. Do not remove that before all is checked.',
      '把修复后的元数据写入备用卷，旧的保留为 <pool>_meta0。全部检查完之前不要删除它。',
    ),
    run(shellLine('lvchange', '-ay', ...operand(poolName)), 'Takes the pool back into use.', '重新启用存储池。'),
  ];
}

/** thin_repair(8), on copies: the old file stays. Docker's loop devices go with its pool. */
function repairFileSteps({ dmName, isDocker, dockerUnit, metadataFile, metadataBytes }: ThinNeedsCheck): RemedyStep[] {
  if (!isDocker || metadataFile === null || metadataBytes === null) {
    return [
      precondition(
        'Stop what uses the pool, remove the pool from the device mapper, then run thin_check and thin_repair on its metadata device, into another one of the same size.',
        '停止使用该池的程序，从设备映射器中移除该池，然后对其元数据设备运行 thin_check 和 thin_repair，输出到另一个同样大小的设备。',
      ),
    ];
  }
  const repaired = `${metadataFile}.repaired`;
  return [
    precondition(
      'In a window, with room for two more copies of the metadata file: containers stop.',
      '请在维护窗口进行，并确保有容纳两份元数据文件副本的空间：容器会停止。',
    ),
    run(unitLine('stop', dockerUnit), 'Stops Docker, which takes its pool down.', '停止 Docker，其存储池随之关闭。'),
    look(
      statusLine(dmName),
      'Must say that there is no such device. Go on only then.',
      '必须提示设备不存在，才能继续。',
    ),
    look(
      shellLine('thin_check', metadataFile),
      'Without an error only the flag is left: the next lines still do no harm.',
      '若没有错误，则只剩标志位，后面的命令也没有害处。',
    ),
    run(
      shellLine('truncate', '-s', String(metadataBytes), repaired),
      'Room for the repaired one.',
      '为修复后的文件准备空间。',
    ),
    run(
      shellLine('thin_repair', '-i', metadataFile, '-o', repaired),
      'Reads the old and writes the new one.',
      '读取旧元数据，写出新的。',
    ),
    look(shellLine('thin_check', repaired), 'Must end without an error.', '必须没有错误。'),
    run(shellLine('mv', metadataFile, `${metadataFile}.broken`), 'Keeps the old one.', '保留旧文件。'),
    run(shellLine('mv', repaired, metadataFile), 'Puts the repaired one in its place.', '换上修复后的文件。'),
    run(unitLine('start', dockerUnit), 'Starts Docker.', '启动 Docker。'),
  ];
}
