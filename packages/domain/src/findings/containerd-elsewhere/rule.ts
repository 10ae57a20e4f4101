import type { Containerd, DockerDaemon, Inventory } from '../../inventory/index.ts';
import { daemonName, storeKeyOf, unitOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { dryRun, edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Docker keeps its images and layers in containerd (`driver-type` of /info; moby, daemon/containerd). */
const IMAGE_STORE = 'io.containerd.snapshotter.v1';

export type RootElsewhere = {
  daemon: string;
  dataRoot: string;
  dataMountPoint: string;
  containerdRoot: string;
  containerdMountPoint: string;
  containerdDevice: string;
  /** Docker's own images are in there. */
  isImageStore: boolean;
  /** Layers of all snapshotters; null = not read. */
  snapshots: number | null;
  /** Of the daemon; null = none is known. */
  unit: string | null;
};

export const containerdElsewhere = defineRule<RootElsewhere>({
  id: 'containerd-elsewhere',
  needsPast: false,
  basis: ['moby/moby#50517', 'containerd-config.toml(5)'],
  wasSeen: false,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<RootElsewhere> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    for (const containerd of inventory.docker.containerds) {
      const daemon = daemonOf(containerd, inventory.docker.daemons);
      if (daemon === null) continue;
      const { root, rootMount, hasMetadata } = containerd;
      const { dataRoot, dataRootMount } = daemon;
      // Where its metadata is not, it does not keep its root, whatever the default is.
      if (root === null || hasMetadata === false || rootMount === null || dataRoot === null || dataRootMount === null) {
        answer.cannotTell.push({ subject: daemon.key, missing: 'processes' });
        continue;
      }
      if (rootMount.device === dataRootMount.device) continue;
      const evidence = {
        ...{ daemon: daemonName(daemon), dataRoot, dataMountPoint: dataRootMount.mountPoint, containerdRoot: root },
        ...{ containerdMountPoint: rootMount.mountPoint, containerdDevice: rootMount.source },
        isImageStore: daemon.driverStatus?.some(({ value }) => value === IMAGE_STORE) ?? false,
        snapshots: snapshotsOf(inventory, containerd),
        unit: unitOf(daemon),
      };
      const store = snapshot.layout.stores.find(({ mountPoints }) => mountPoints.includes(rootMount.mountPoint));
      answer.findings.push({
        ...{ subject: `${daemon.key} ${root}`, storeKey: store?.key ?? storeKeyOf(snapshot, daemon), evidence },
        severity: evidence.isImageStore || (evidence.snapshots ?? 0) > 0 ? 'warning' : 'notice',
      });
    }
    return answer;
  },
  remedy: ({ dataRoot, dataMountPoint, containerdRoot, unit }) => {
    const target = `${dataMountPoint.replace(/\/+$/, '')}/containerd-root`;
    const df = shellLine('df', '-h', '--', dataRoot, containerdRoot);
    const copy = ['rsync', '--archive', '--hard-links', '--acls', '--xattrs', '--sparse', '--numeric-ids'];
    const [from, to] = [`${containerdRoot.replace(/\/+$/, '')}/`, `${target}/`];
    const sockets = unit === 'docker.service' ? ['docker.socket'] : [];
    const units = [...sockets, ...(unit === null ? [] : [unit]), 'containerd.service'];
    return [
      look(df, 'Two file systems: each fills on its own.', '两个文件系统：各自会单独写满。'),
      precondition(
        `${dataMountPoint} has room for all of ${containerdRoot}. If it is small and stays so, leave it and watch both.`,
        `${dataMountPoint} 能容纳 ${containerdRoot} 的全部内容。若它很小且不会增长，可以不动，只需同时监控两者。`,
        shellLine('du', '-xsh', '--', containerdRoot),
      ),
      run(
        shellLine('systemctl', 'stop', '--', ...units),
        'Stops Docker and its containers: take a window. Kubernetes on the same containerd stops too. A daemon that systemd does not run is stopped the way it was started.',
        '停止 Docker 及其容器：请安排窗口。使用同一 containerd 的 Kubernetes 也会停止。不由 systemd 运行的守护进程请按其启动方式停止。',
      ),
      dryRun(
        shellLine(...copy, '--dry-run', '--itemize-changes', '--', from, to),
        'What would be copied.',
        '将要复制的内容。',
      ),
      run(
        shellLine(...copy, '--', from, to),
        'Copies it; the old folder stays as it is, until the new one has proved itself.',
        '复制；在新目录得到验证之前，旧目录保持不变。',
      ),
      edit(
        `root = ${JSON.stringify(target)}\n`,
        'In /etc/containerd/config.toml, at the top, before any section.',
        '写在 /etc/containerd/config.toml 的最前面，位于所有小节之前。',
      ),
      run(shellLine('systemctl', 'start', '--', ...units.toReversed()), 'Starts them again.', '重新启动它们。'),
      expectAfter(
        'The new folder is in use, on the file system of the data root; docker images lists what it did before.',
        '新目录已启用，且与数据目录在同一文件系统；docker images 的列表与之前一致。',
        shellLine('df', '-h', '--', dataRoot, target),
      ),
    ];
  },
  text,
  // fixtures incident2-mountflags-slave-live-restore, its containerd edited to one of a unit of its own, with the usual root.
  example: {
    ...{
      daemon: '/srv/lab/run/x/docker.sock',
      dataRoot: '/srv/lab/mnt/xfs/docker',
      dataMountPoint: '/srv/lab/mnt/xfs',
    },
    ...{ containerdRoot: '/var/lib/containerd', containerdMountPoint: '/', containerdDevice: '/dev/vda' },
    ...{ isImageStore: false, snapshots: null, unit: 'docker.service' },
  },
});

/** The one that runs beside it, where there is one alone. A containerd that dockerd starts has its root in dockerd's own (moby, libcontainerd/supervisor). */
function daemonOf(containerd: Containerd, daemons: readonly DockerDaemon[]): DockerDaemon | null {
  const { daemonKey, nestedInContainerId } = containerd;
  if (daemonKey !== null) return null;
  const beside = daemons.filter((one) => one.nestedInContainerId === nestedInContainerId && one.rootless !== true);
  return beside.length === 1 ? (beside[0] ?? null) : null;
}

function snapshotsOf({ containerdRoots }: Inventory, { key }: Containerd): number | null {
  const snapshotters = containerdRoots.find(({ containerdKeys }) => containerdKeys.includes(key))?.snapshotters ?? [];
  const counts = snapshotters.flatMap(({ snapshotCount }) => snapshotCount ?? []);
  return counts.length === 0 ? null : counts.reduce((sum, one) => sum + one, 0);
}
