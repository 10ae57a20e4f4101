import { findDoubleUpperDirs, type Inventory } from '../../inventory/index.ts';
import { type ContainerPlace, clientLine, containerPlace, storeKeyOf } from '../docker-client.ts';
import { type Holder, holderOf, isStillThere, MAX_HOLDERS } from '../holders.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

export type UpperTwice = {
  upperDir: string;
  mountId: string | null;
  /** Whose writable layer it is; null = of none that a daemon lists. */
  container: ContainerPlace | null;
  deviceCount: number;
  /** Wherever it is mounted, by device. */
  places: { namespace: string; device: string; mountPoint: string; holder: Holder | null }[];
  leftOutCount: number;
};

export const upperdirTwice = defineRule<UpperTwice>({
  id: 'upperdir-twice',
  needsPast: false,
  basis: ['captured', 'kernel filesystems/overlayfs.rst'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<UpperTwice> = { findings: [], cannotTell: [] };
    if (inventory?.mounts == null) return { ...answer, cannotTell: [{ subject: null, missing: 'processes' }] };
    if (inventory.mounts.namespaces.some(({ layerMounts }) => layerMounts === null)) {
      answer.cannotTell.push({ subject: null, missing: 'processes' });
    }
    for (const { upperDir, mountId, places } of findDoubleUpperDirs(inventory.mounts)) {
      const owner = ownerOf(inventory, mountId);
      const daemon = inventory.docker?.daemons.find(({ containers }) => containers?.some(({ id }) => id === owner));
      const deviceCount = places.length;
      const found = places.map(({ namespace }) => namespace);
      const all = everyPlace(inventory, upperDir, found, mountId);
      const evidence: UpperTwice = {
        ...{ upperDir, mountId, deviceCount, container: containerPlace(inventory, owner) },
        ...{ places: all.slice(0, MAX_HOLDERS), leftOutCount: Math.max(0, all.length - MAX_HOLDERS) },
      };
      const storeKey = storeKeyOf(snapshot, daemon ?? null);
      answer.findings.push({ subject: upperDir, storeKey, severity: 'critical', evidence });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { container, places } = evidence;
    const stop = clientLine(container?.client ?? null, 'stop', container?.id ?? '');
    const start = clientLine(container?.client ?? null, 'start', container?.id ?? '');
    return [
      ...areMounted(evidence),
      stop === null
        ? precondition(
            'Stop the container whose layer this is, and every docker cp or backup that reads it, by what runs them.',
            '用运行它们的工具停止该层所属的容器，以及所有正在读取它的 docker cp 或备份。',
          )
        : run(
            stop,
            `Stops ${container?.name}, so that nobody writes. Stop docker cp and backups of it too.`,
            `停止 ${container?.name}，使其不再写入。同时停止对它的 docker cp 与备份。`,
          ),
      ...places.flatMap(unmountSteps),
      ...(start === null
        ? []
        : [
            run(
              start,
              `Starts ${container?.name} with one mount. Check its data: what was written through both may be damaged.`,
              `以唯一的挂载启动 ${container?.name}。请检查数据：同时经两个挂载写入的内容可能已损坏。`,
            ),
          ]),
      expectAfter(
        'One device alone for this folder.',
        '该目录只对应一个设备号。',
        `${shellLine('grep', '-hF', '-e', wordOf(evidence))} /proc/[0-9]*/mountinfo | awk '{print $3}' | sort -u`,
      ),
    ];
  },
  text,
  // fixtures incident2-overlay-leak, leaked.*: the device of o1 in one namespace is edited.
  example: {
    upperDir: '/srv/lab/mnt/ext/docker/overlay2/152aacaacde9092a92856be49d123d5e8c3001f387977f755fc72c5175876aa8/diff',
    mountId: '152aacaacde9092a92856be49d123d5e8c3001f387977f755fc72c5175876aa8',
    ...{ deviceCount: 2, leftOutCount: 0 },
    container: {
      ...{ id: 'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767', name: 'o1', state: 'running' },
      ...{ image: 'app:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
    },
    places: [
      {
        ...{ namespace: '1002', device: '0:43' },
        mountPoint:
          '/srv/lab/mnt/ext/docker/overlay2/152aacaacde9092a92856be49d123d5e8c3001f387977f755fc72c5175876aa8/merged',
        holder: {
          ...{ pid: 836, processName: 'sleep', unit: null, podUid: null, containerId: null, container: null },
        },
      },
      {
        ...{ namespace: '4026532177', device: '0:43' },
        mountPoint:
          '/srv/lab/mnt/ext/docker/overlay2/152aacaacde9092a92856be49d123d5e8c3001f387977f755fc72c5175876aa8/merged',
        holder: {
          ...{ pid: 31_754, processName: 'sleep', unit: null, podUid: null, containerId: null, container: null },
        },
      },
      {
        ...{ namespace: '1001', device: '0:99' },
        mountPoint:
          '/srv/lab/mnt/ext/docker/overlay2/152aacaacde9092a92856be49d123d5e8c3001f387977f755fc72c5175876aa8/merged',
        holder: {
          ...{ pid: 835, processName: 'sleep', unit: null, podUid: null, containerId: null, container: null },
        },
      },
    ],
  },
});

/** A number is a snapshot of one containerd alone: it is looked for where it was found twice. */
function everyPlace(
  inventory: Inventory,
  upperDir: string,
  found: readonly string[],
  mountId: string | null,
): UpperTwice['places'] {
  const isOwn = mountId !== null && !/^\d+$/.test(mountId);
  const namespaces = (inventory.mounts?.namespaces ?? []).filter(({ inode }) => isOwn || found.includes(inode));
  const places = namespaces.flatMap(({ inode, holders: [first], layerMounts }) =>
    (layerMounts ?? []).flatMap(({ upperDir: own, device, mountPoint }) => {
      const holder = first === undefined ? null : holderOf(inventory, first);
      return own === upperDir ? [{ namespace: inode, device, mountPoint, holder }] : [];
    }),
  );
  const order = ({ device, namespace, mountPoint }: UpperTwice['places'][number]): string =>
    [device, namespace, mountPoint].join(' ');
  return places.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function ownerOf(inventory: Inventory, mountId: string | null): string | null {
  if (mountId === null) return null;
  for (const { layers } of inventory.dataRoots) {
    const found = layers.mounts?.find((one) => one.mountId === mountId);
    if (found !== undefined) return found.containerId;
  }
  const containers = inventory.docker?.daemons.flatMap((daemon) => daemon.containers ?? []) ?? [];
  return containers.find(({ details }) => details?.mountId === mountId)?.id ?? null;
}

/** mountinfo has a space as \040 and a comma of an option as \, (proc(5)), so that Docker's own id is looked for where there is one. */
const wordOf = ({ mountId, upperDir }: UpperTwice): string =>
  mountId === null || /^\d+$/.test(mountId) ? `upperdir=${escaped(upperDir)},` : `${mountId}/diff`;

const escaped = (path: string): string =>
  path.replace(/[\\ \t\n,]/g, (one) => (one === ',' ? '\\,' : `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`));

function areMounted(evidence: UpperTwice): RemedyStep[] {
  const files = evidence.places.flatMap(({ holder }) => (holder === null ? [] : [`/proc/${holder.pid}/mountinfo`]));
  if (files.length === 0) return [];
  return [
    look(
      shellLine('grep', '-HF', '-e', wordOf(evidence), ...files),
      'The third word after the file name is the device. Two different ones: the folder has two overlays.',
      '文件名之后的第三个字段是设备号。若有两个不同的值，说明该目录被两个 overlay 使用。',
    ),
  ];
}

/** What is mounted on / is the container's own, and goes with it. */
function unmountSteps({ holder, mountPoint }: UpperTwice['places'][number]): RemedyStep[] {
  if (holder === null || mountPoint === '/') return [];
  return [
    isStillThere(holder),
    run(
      shellLine('nsenter', '--target', String(holder.pid), '--mount', '--', 'umount', '--', mountPoint),
      'Takes away what is still mounted there while the container is stopped. "not mounted" is fine.',
      '在容器已停止时卸载那里仍存在的挂载。若提示 “not mounted” 则无妨。',
    ),
  ];
}
