import type { Subvolume } from '../../inventory/btrfs.ts';
import { type BtrfsRoot, btrfsRoots, mountedSubvolume } from '../btrfs-roots.ts';
import { btrfsStores, missingList } from '../btrfs-stores.ts';
import { defineRule, type FindingInput, type MissingFact, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

const MAX_SNAPSHOTS_NAMED = 5;

export type RootSnapshotted = {
  dataRoot: string;
  mountPoint: string;
  storageDriver: string | null;
  /** systemd's unit of the daemon; null = it runs in none. */
  unit: string | null;
  /** From the top level; what is snapshotted. */
  subvolumePath: string;
  /** The data root is that subvolume itself. */
  isOwnSubvolume: boolean;
  snapshotCount: number;
  /** The newest ones, from the top level. */
  snapshotPaths: string[];
};

export const btrfsRootSnapshotted = defineRule<RootSnapshotted>({
  id: 'btrfs-root-snapshotted',
  needsPast: false,
  basis: ['moby/moby#33226', 'moby/moby#27653'],
  wasSeen: false,
  check(input) {
    const { roots, cannotTell } = btrfsRoots(input);
    const answer: RuleAnswer<RootSnapshotted> = { findings: [], cannotTell };
    for (const one of roots) {
      const found = snapshotsOf(one, input);
      if (typeof found === 'string') answer.cannotTell.push({ subject: one.root.subject, missing: found });
      else if (found !== null) {
        const { subject, driver: storageDriver } = one.root;
        const { dataRoot, unit, store } = one;
        const evidence = { dataRoot, mountPoint: store.name, storageDriver, unit, ...found };
        answer.findings.push({ subject, storeKey: store.key, severity: 'notice', evidence });
      }
    }
    return answer;
  },
  remedy: (evidence) => [
    look(
      shellLine('btrfs', 'subvolume', 'list', '-s', evidence.mountPoint),
      'Snapshots of the subvolume that the data root lies in, beside those of Docker itself.',
      '除 Docker 自己的快照外，可以看到数据目录所在子卷的快照。',
    ),
    ...(evidence.isOwnSubvolume ? leaveOut(evidence) : ownSubvolume(evidence)),
    expectAfter(
      'The path is a subvolume of its own, and new snapshots are none of it. What is deleted in it comes back at once; older snapshots keep what they hold until they are deleted.',
      '该路径是独立的子卷，新的快照不再包含它，其中删除的内容会立即释放空间；旧快照占用的空间要等删除快照后才会释放。',
      shellLine('btrfs', 'subvolume', 'show', evidence.dataRoot),
    ),
  ],
  text,
  // Subvolume `a` of probes/fixtures/btrfs-inventory/sub-list-R.txt with its two snapshots, and a data root in it by an edit.
  example: {
    ...{ dataRoot: '/srv/lab/mnt/dbtr/docker', mountPoint: '/srv/lab/mnt/dbtr', storageDriver: 'btrfs', unit: null },
    ...{ subvolumePath: 'a', isOwnSubvolume: false, snapshotCount: 2, snapshotPaths: ['a-ro', 'a-snap'] },
  },
});

type Found = Pick<RootSnapshotted, 'subvolumePath' | 'isOwnSubvolume' | 'snapshotCount' | 'snapshotPaths'>;

/** null = there are none. */
function snapshotsOf(one: BtrfsRoot, input: FindingInput): Found | MissingFact | null {
  const { inventory } = btrfsStores(input).find(({ store }) => store.key === one.store.key) ?? { inventory: null };
  const subvolumes = inventory?.subvolumes ?? null;
  if (subvolumes === null) return missingList(input.inventory);
  const path = pathFromTop(one, subvolumes);
  if (path === null) return 'data-root';
  const others = subvolumes.filter((other) => !isWithin(other.path, path));
  const holder = holderOf(path, subvolumes);
  if (holder === null) return hasSnapshotsOfUnknown(others, subvolumes) ? 'administrator' : null;
  const snapshots = others.filter(({ parentUuid }) => parentUuid !== null && parentUuid === holder.uuid);
  if (snapshots.length === 0) return null;
  const newest = snapshots.toSorted((a, b) => b.id - a.id).slice(0, MAX_SNAPSHOTS_NAMED);
  return {
    ...{ subvolumePath: holder.path, isOwnSubvolume: holder.path === path, snapshotCount: snapshots.length },
    snapshotPaths: newest.map((snapshot) => snapshot.path),
  };
}

/** Of the data root, by the layers that are subvolumes in it, else by what its mount shows; null = not known. */
function pathFromTop({ root, dataRoot, mountPoint, store }: BtrfsRoot, subvolumes: readonly Subvolume[]) {
  const entries = new Set(root.dataRoot?.layers.entries?.map(({ name }) => `/btrfs/subvolumes/${name}`) ?? []);
  for (const { path } of entries.size === 0 ? [] : subvolumes) {
    const at = path.lastIndexOf('/btrfs/subvolumes/');
    if (at > 0 && entries.has(path.slice(at))) return path.slice(0, at);
  }
  const shown = mountedSubvolume(store);
  if (shown === null || mountPoint !== store.name) return null;
  const below = dataRoot.slice(mountPoint === '/' ? 0 : mountPoint.length);
  return `${shown}${below}`.replace(/^\/+|\/+$/g, '');
}

const isWithin = (path: string, folder: string): boolean => path !== folder && path.startsWith(`${folder}/`);

/** The subvolume that a folder is or lies in; null = the top level, which the list does not have. */
function holderOf(path: string, subvolumes: readonly Subvolume[]): Subvolume | null {
  return subvolumes.reduce<Subvolume | null>((best, one) => {
    const holds = one.path === path || isWithin(path, one.path);
    return holds && (best === null || one.path.length > best.path.length) ? one : best;
  }, null);
}

/** They may be of the top level, whose UUID is not read, or of a subvolume that is gone. */
function hasSnapshotsOfUnknown(some: readonly Subvolume[], all: readonly Subvolume[]): boolean {
  const known = new Set(all.map(({ uuid }) => uuid));
  return some.some(({ parentUuid, readOnly }) => readOnly !== false && parentUuid !== null && !known.has(parentUuid));
}

const leaveOut = ({ dataRoot }: RootSnapshotted): RemedyStep[] => [
  look(
    'snapper list-configs',
    `Which configuration covers ${dataRoot}; another tool has a list of its own. Take the path out of it: snapshots of a running Docker cannot be used to restore it.`,
    `查看哪项配置包含 ${dataRoot}；其他快照工具也有各自的列表。请将该路径移出：运行中的 Docker 的快照无法用于恢复。`,
  ),
];

function ownSubvolume({ dataRoot, storageDriver, unit }: RootSnapshotted): RemedyStep[] {
  const before = `${dataRoot}.before`;
  const isNested = storageDriver === 'btrfs';
  return [
    isNested
      ? precondition(
          'Images can be pulled or built again and every container can be made again: volumes alone are taken over, since layers of the btrfs driver are subvolumes that cannot be copied.',
          '镜像可以重新拉取或构建，容器也都可以重新创建：btrfs 驱动的镜像层是子卷，无法复制，只有卷会被保留。',
        )
      : precondition('A window in which all containers may stand still.', '需要一个允许所有容器停止的维护窗口。'),
    stopDaemon(unit),
    run(
      shellLine('mv', '-T', '--', dataRoot, before),
      'Moves the old data root aside. "Device or resource busy" says that it is still mounted: unmount it first.',
      '将旧数据目录移到一旁。若提示 “Device or resource busy”，说明它仍被挂载，请先卸载。',
    ),
    run(shellLine('btrfs', 'subvolume', 'create', dataRoot), 'Makes the subvolume.', '创建子卷。'),
    run(
      isNested
        ? shellLine('cp', '-a', '--reflink=always', '--', `${before}/volumes`, `${dataRoot}/`)
        : shellLine('cp', '-a', '--reflink=always', '--', `${before}/.`, `${dataRoot}/`),
      'Shares the bytes, so that it needs next to no room.',
      '共享数据块，几乎不占额外空间。',
    ),
    run(shellLine('chmod', `--reference=${before}`, '--', dataRoot), 'With the same rights.', '保持相同的权限。'),
    unit === null
      ? precondition('Start the daemon as before.', '按原来的方式启动守护进程。')
      : run(shellLine('systemctl', 'start', '--', unit), 'Starts the daemon.', '启动守护进程。'),
    look(
      'docker ps -a && docker volume ls',
      `Check that all is there. Keep ${before} until it has run for some days; then it can go.`,
      `确认一切都在。请先保留 ${before}，运行几天无误后再删除。`,
    ),
  ];
}

/** The socket of the packaged unit would start it again. */
function stopDaemon(unit: string | null): RemedyStep {
  if (unit === null)
    return precondition(
      'The daemon is stopped; it runs in no unit of systemd.',
      '守护进程已停止；它不由 systemd 管理。',
    );
  const socket = unit === 'docker.service' ? ['docker.socket'] : [];
  return run(shellLine('systemctl', 'stop', '--', ...socket, unit), 'Stops the daemon.', '停止守护进程。');
}
