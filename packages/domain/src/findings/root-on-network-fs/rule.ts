import { daemonName, storeKeyOf, unitOf } from '../docker-client.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** The same as the probe takes for a network's. */
const NETWORK_TYPE = /^(nfs4?|cifs|smb3|9p|ceph|lustre|gpfs|beegfs|fuse(\..*)?)$/;

export type RootOnNetwork = {
  daemon: string;
  dataRoot: string;
  fileSystemType: string;
  /** What is mounted, `server:/export`; null = not read. */
  source: string | null;
  /** null = found by its socket alone. */
  pid: number | null;
  unit: string | null;
  isInContainer: boolean;
};

export const rootOnNetworkFs = defineRule<RootOnNetwork>({
  id: 'root-on-network-fs',
  needsPast: false,
  basis: ['kernel filesystems/overlayfs.rst', 'docs.docker.com/engine/storage/drivers/select-storage-driver'],
  wasSeen: false,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<RootOnNetwork> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    for (const daemon of inventory.docker.daemons) {
      const { key, dataRoot, dataRootMount, pid, nestedInContainerId } = daemon;
      const storeKey = storeKeyOf(snapshot, daemon);
      const store = snapshot.layout.stores.find((one) => one.key === storeKey) ?? null;
      const fileSystemType = dataRootMount?.type ?? store?.fileSystemType ?? null;
      if (fileSystemType === null || dataRoot === null) {
        answer.cannotTell.push({ subject: key, missing: 'processes' });
        continue;
      }
      if (!(dataRootMount?.isNetwork ?? NETWORK_TYPE.test(fileSystemType))) continue;
      const evidence = {
        ...{ daemon: daemonName(daemon), dataRoot, fileSystemType, pid, unit: unitOf(daemon) },
        source: dataRootMount?.source ?? store?.device ?? null,
        isInContainer: nestedInContainerId !== null,
      };
      answer.findings.push({ subject: key, storeKey, severity: 'warning', evidence });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { pid, dataRoot, unit, isInContainer } = evidence;
    const inside = pid === null ? [] : ['nsenter', '--target', String(pid), '--mount', '--'];
    const where = shellLine(...inside, 'findmnt', '--output', 'TARGET,SOURCE,FSTYPE', '--target', dataRoot);
    return [
      look(where, 'FSTYPE is a file system of a network or of FUSE.', 'FSTYPE 是网络文件系统或 FUSE。'),
      ...(isInContainer ? moveInContainer(evidence) : moveOnHost(evidence)),
      expectAfter(
        'FSTYPE is ext4, xfs or btrfs on a local disk. The daemon has a new process id: put it in.',
        'FSTYPE 为本地磁盘上的 ext4、xfs 或 btrfs。守护进程的进程号已变，请替换。',
        unit === null ? where : shellLine('findmnt', '--output', 'TARGET,SOURCE,FSTYPE', '--target', '/var/lib/docker'),
      ),
    ];
  },
  text,
  // fixtures incident2-overlay-leak with the type and source of the mount edited: NFS of nfs(5).
  example: {
    ...{ daemon: '/srv/lab/run/e/docker.sock', dataRoot: '/srv/lab/mnt/ext/docker', fileSystemType: 'nfs4' },
    ...{ source: 'nas:/export/docker', pid: 31_784, unit: null, isInContainer: false },
  },
});

const moveInContainer = ({ dataRoot }: RootOnNetwork): RemedyStep[] => [
  precondition(
    `Give the container, or the pod, another place for ${dataRoot}: a volume on a local disk, or in a pod an emptyDir. Claims of network storage do not do for it.`,
    `请为该容器或 Pod 的 ${dataRoot} 换一个位置：本地磁盘上的卷，或 Pod 中的 emptyDir。网络存储的 PVC 不适用。`,
  ),
];

const moveOnHost = ({ unit, dataRoot }: RootOnNetwork): RemedyStep[] => [
  precondition(
    'A local disk has room for images and volumes; images are pulled again. What is only in volumes is copied in the next steps.',
    '本地磁盘有足够空间容纳镜像和卷；镜像会重新拉取，只存在于卷中的数据在下面的步骤中复制。',
    shellLine('df', '-h', '/var/lib'),
  ),
  stopOf(unit),
  run('mkdir -p /var/lib/docker', 'The new root, where there is none yet.', '若新的数据目录尚不存在，则创建。'),
  run(
    shellLine('cp', '--archive', '--no-clobber', '--', `${dataRoot}/volumes`, '/var/lib/docker/'),
    'Copies the volumes to the new root. The old one stays as it is.',
    '把卷复制到新的数据目录。旧目录保持不变。',
  ),
  edit(
    '{ "data-root": "/var/lib/docker" }\n',
    'In /etc/docker/daemon.json, and no --data-root in the command line.',
    '写入 /etc/docker/daemon.json，并去掉命令行中的 --data-root。',
  ),
  unit === null
    ? precondition('Start the daemon the way it was started.', '按原来的方式启动守护进程。')
    : run(shellLine('systemctl', 'start', '--', unit), 'Starts on the local disk.', '在本地磁盘上启动。'),
];

const stopOf = (unit: string | null): RemedyStep =>
  unit === null
    ? precondition('Stop the daemon the way it was started.', '按启动它的方式停止守护进程。')
    : run(
        shellLine('systemctl', 'stop', '--', ...(unit === 'docker.service' ? ['docker.socket'] : []), unit),
        'Stops Docker and its containers: take a window.',
        '停止 Docker 及其容器：请安排窗口。',
      );
