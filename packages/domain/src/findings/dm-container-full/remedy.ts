import type { RemedyStep } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { dockerLine, operand, tableLine } from '../thin-steps.ts';
import type { DmContainerFull } from './rule.ts';

const SECTOR_BYTES = 512;
/** What stands for itself in a table line, whose words are parted by blanks. */
const PLAIN_DM_NAME = /^[A-Za-z0-9#+.:=@_-]+$/;

/** The way from the container to its device, and from its own device alone to what lies in it. */
export const remedyOf = (evidence: DmContainerFull): RemedyStep[] => [
  look(
    dockerLine(
      evidence.dockerSocket,
      ...['inspect', '--format', '{{.State.Status}} {{.GraphDriver.Data.DeviceName}} {{.GraphDriver.Data.DeviceId}}'],
      ...operand(evidence.containerId),
    ),
    `Must say ${evidence.deviceName} and ${evidence.deviceId}. If it says another device, stop: this text is then of another container.`,
    `必须显示 ${evidence.deviceName} 和 ${evidence.deviceId}。若是别的设备，请停下：那么本文说的就不是这个容器。`,
  ),
  ...(evidence.isRunning ? mountedSteps(evidence) : []),
  ...stoppedSteps(evidence),
];

function mountedSteps(evidence: DmContainerFull): RemedyStep[] {
  const { daemonPid, mountPoint, deviceName, deviceId } = evidence;
  const inside = (...words: string[]) =>
    daemonPid === null ? shellLine(...words) : shellLine('nsenter', '-t', String(daemonPid), '-m', '--', ...words);
  return [
    look(
      tableLine(deviceName),
      `While it runs: the line ends in ${deviceId}.`,
      `容器运行时：该行以 ${deviceId} 结尾。`,
    ),
    look(
      inside('df', evidence.isOutOfInodes ? '-i' : '-h', mountPoint),
      'Full. A plain df on the host does not show this file system.',
      '已满。在宿主机上直接运行 df 看不到这个文件系统。',
    ),
    look(
      inside('du', '-x', evidence.isOutOfInodes ? '--inodes' : '-k', '-d', '4', mountPoint),
      'What fills it. The files of the container are below rootfs.',
      '查看是什么占满了它。容器的文件在 rootfs 之下。',
    ),
    {
      ...{ kind: 'run', command: null, isDestructive: false },
      note: {
        en: 'Delete what nobody needs, within the container or below that rootfs: logs, caches, dumps. The choice is yours.',
        'zh-CN': '在容器内或该 rootfs 之下删除不需要的文件：日志、缓存、转储。由您决定删什么。',
      },
    },
    run(
      inside('fstrim', '-v', mountPoint),
      'Gives the deleted blocks back to the pool. Changes no file.',
      '把已删除的块归还给存储池，不改动任何文件。',
    ),
    expectAfter('There is room again.', '重新有了空间。', inside('df', '-h', mountPoint)),
  ];
}

/** All of them name the container's own device: removing a neighbour's takes another container down. */
function stoppedSteps(evidence: DmContainerFull): RemedyStep[] {
  const { deviceName, deviceId, virtualBytes, containerId, fileSystemType, dockerSocket } = evidence;
  const pool = poolWord(evidence);
  const folder = `/mnt/thin-${containerId.slice(0, 12)}`;
  const device = `/dev/mapper/${deviceName}`;
  const table = `0 ${Math.floor(virtualBytes / SECTOR_BYTES)} thin ${pool} ${deviceId}`;
  // Each XFS in the pool has the UUID of the one that it is a snapshot of (xfs(5), nouuid).
  const options = fileSystemType === 'xfs' ? ['-o', 'nouuid'] : [];
  return [
    precondition(
      'The lines from here on are only for a container that is stopped or cannot start. This one must say that there is no such device.',
      '以下各行仅用于已停止或无法启动的容器。这一行必须提示设备不存在。',
      shellLine('dmsetup', 'info', ...operand(deviceName)),
    ),
    run(
      shellLine('dmsetup', 'create', '--table', table, ...operand(deviceName)),
      "Activates the container's own device, under its own name.",
      '以容器自己的名字激活它自己的设备。',
    ),
    run(shellLine('mkdir', '-p', folder), 'A place for it.', '为它准备挂载点。'),
    run(shellLine('mount', ...options, device, folder), 'Mounts it.', '挂载。'),
    look(
      shellLine('du', '-x', '-k', '-d', '4', folder),
      'What fills it, below rootfs.',
      '查看 rootfs 之下是什么占满了它。',
    ),
    {
      ...{ kind: 'run', command: null, isDestructive: false },
      note: {
        en: `Delete what nobody needs below ${folder}/rootfs. The choice is yours.`,
        'zh-CN': `删除 ${folder}/rootfs 之下不需要的文件。由您决定删什么。`,
      },
    },
    run(shellLine('fstrim', '-v', folder), 'Gives the blocks back to the pool.', '把块归还给存储池。'),
    run(shellLine('umount', folder), 'Before the device is removed.', '在移除设备之前卸载。'),
    run(
      shellLine('dmsetup', 'remove', ...operand(deviceName)),
      'Takes away the same name that was created above. Its data stays in the pool.',
      '移除上面创建的同一个名字。其数据仍在池中。',
    ),
    run(dockerLine(dockerSocket, 'start', ...operand(containerId)), 'Starts it.', '启动容器。'),
    expectAfter('The container runs.', '容器在运行。', dockerLine(dockerSocket, 'ps', '--no-trunc')),
  ];
}

function poolWord({ poolDmName, poolDevice }: DmContainerFull): string {
  if (PLAIN_DM_NAME.test(poolDmName)) return `/dev/mapper/${poolDmName}`;
  return poolDevice ?? `/dev/mapper/${poolDmName.replace(/[\s\\]/g, '\\$&')}`;
}
