import { containerBytesOf } from '../../inventory/container-bytes.ts';
import type { Inventory, LayerPlace, MountLeak } from '../../inventory/index.ts';
import type { SeriesName } from '../../series.ts';
import { type ContainerPlace, clientLine, clientOf, containerPlace, storeKeyOf } from '../docker-client.ts';
import { type Holder, holderOf, isStillThere, MAX_HOLDERS, restartHolder } from '../holders.ts';
import { fallsBy, heldSeriesOf } from '../promise.ts';
import { defineRule, type FindingInput, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, expectAfter, look, run } from '../steps.ts';
import { firstSubjects } from '../subjects.ts';
import { text } from './text.ts';

const ID = 'mount-leak';
/** A removal was asked for, and has not come to its end. */
const BEING_REMOVED = ['removing', 'dead'];

export type LeakedMount = {
  /** 64 hex digits. */
  mountId: string;
  kind: MountLeak['kind'];
  /** null = no overlay. */
  upperDir: string | null;
  containerId: string | null;
  /** null = no daemon lists it any more. */
  container: ContainerPlace | null;
  /** Client of the daemon that the layer is of. */
  client: string[] | null;
  /** Unmounts of others reach every place of it. */
  isReachedByUnmount: boolean;
  places: LeakPlace[];
  placeCount: number;
  /** What its container alone has written; null = not known. */
  bytes: number | null;
  /** What falls when it is gone; null = store not known. */
  usedSeries: SeriesName | null;
  /** Other leaks, of which no finding is made. */
  leftOutSubjects: number;
};

type LeakPlace = {
  /** Inode of the mount namespace. */
  namespace: string;
  mountPoint: string;
  /** The first process in the namespace; null = none was seen. */
  holder: Holder | null;
  processCount: number;
};

export const mountLeak = defineRule<LeakedMount>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'moby/moby#22260', 'mount_namespaces(7)'],
  wasSeen: true,
  check(input) {
    const { inventory, snapshot } = input;
    const answer: RuleAnswer<LeakedMount> = { findings: [], cannotTell: [] };
    const mounts = inventory?.mounts ?? null;
    if (inventory === null || mounts === null) {
      return { ...answer, cannotTell: [{ subject: null, missing: 'processes' }] };
    }
    if (mounts.namespaces.some(({ layerMounts }) => layerMounts === null)) {
      answer.cannotTell.push({ subject: null, missing: 'processes' });
    }
    if (inventory.leaks === null && mounts.namespaces.some(({ layerMounts }) => (layerMounts ?? []).length > 0)) {
      answer.cannotTell.push({ subject: null, missing: 'docker-socket' });
    }
    const found = (inventory.leaks ?? []).map((leak) => findingOf(leak, inventory, snapshot));
    return { ...answer, findings: firstSubjects(found, ID, input) };
  },
  remedy: (evidence) => {
    const { container, client, mountId, places } = evidence;
    const finish = container !== null && BEING_REMOVED.includes(container.state);
    const inspect = clientLine(
      client,
      'inspect',
      '--format',
      '{{.Name}} {{.State.Status}}',
      evidence.containerId ?? '',
    );
    return [
      ...(inspect === null || container === null ? [] : [isStopped(inspect)]),
      ...places.flatMap((place) => releaseSteps(place, mountId)),
      expectAfter(
        'Nothing is printed: the layer is mounted nowhere.',
        '没有任何输出：该层已不再被挂载。',
        // Of a process that has ended and was not yet waited for, it cannot be read.
        `${shellLine('grep', '-lsF', '-e', mountId)} /proc/[0-9]*/mountinfo`,
      ),
      ...(finish && client !== null ? [finishRemoval(client, container)] : []),
    ];
  },
  // While a removal waits for the mount alone, its end gives back what the container has written.
  promise: ({ container, client, bytes, usedSeries }) =>
    container !== null && client !== null && BEING_REMOVED.includes(container.state)
      ? fallsBy(bytes, usedSeries)
      : null,
  text,
  // fixtures incident2-overlay-leak, leaked.*: o5, whose mount a process with private propagation holds.
  example: {
    ...{ mountId: '9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e', kind: 'overlay' },
    upperDir: '/srv/lab/mnt/ext/docker/overlay2/9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e/diff',
    containerId: '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195',
    container: {
      ...{ id: '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195', name: 'o5', state: 'removing' },
      ...{ image: 'app:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
    },
    client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'],
    isReachedByUnmount: false,
    places: [
      {
        ...{ namespace: '1001', processCount: 1 },
        mountPoint:
          '/srv/lab/mnt/ext/docker/overlay2/9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e/merged',
        holder: {
          ...{ pid: 835, processName: 'sleep', unit: null, podUid: null, containerId: null, container: null },
        },
      },
    ],
    ...{ placeCount: 1, bytes: null, usedSeries: 'usedBytes', leftOutSubjects: 0 },
  },
});

function findingOf(leak: MountLeak, inventory: Inventory, snapshot: FindingInput['snapshot']) {
  const { mountId, kind, upperDir, containerId, reachedByUnmount, places } = leak;
  const container = containerPlace(inventory, containerId);
  const daemon =
    inventory.docker?.daemons.find(({ containers }) => containers?.some(({ id }) => id === containerId)) ??
    inventory.docker?.daemons.find(
      (one) => one.nestedInContainerId === null && upperDir?.startsWith(`${one.dataRoot}/`) === true,
    ) ??
    null;
  const isAsked = container === null || BEING_REMOVED.includes(container.state);
  const storeKey = storeKeyOf(snapshot, daemon);
  const held = daemon === null ? undefined : containerBytesOf(daemon, inventory).get(containerId ?? '');
  const sorted = places.toSorted((a, b) =>
    `${a.namespace} ${a.mountPoint}` < `${b.namespace} ${b.mountPoint}` ? -1 : 1,
  );
  return {
    subject: upperDir ?? mountId,
    storeKey,
    severity: isAsked ? ('warning' as const) : ('notice' as const),
    evidence: {
      ...{ mountId, kind, upperDir, containerId, container, isReachedByUnmount: reachedByUnmount },
      client: daemon === null ? null : clientOf(inventory, daemon),
      places: sorted.slice(0, MAX_HOLDERS).map((place) => placeOf(inventory, place)),
      placeCount: places.length,
      // Blocks of a thin device are shared with the image, and do not all come back.
      bytes: held === undefined || held.kind === 'mapped' ? null : held.bytes,
      ...{ usedSeries: heldSeriesOf(snapshot, storeKey), leftOutSubjects: 0 },
    },
  };
}

const placeOf = (inventory: Inventory, { namespace, mountPoint, holders, holderCount }: LayerPlace): LeakPlace => {
  const [first] = holders;
  const holder = first === undefined ? null : holderOf(inventory, first);
  return { namespace, mountPoint, holder, processCount: holderCount };
};

const isStopped = (command: string): RemedyStep =>
  look(
    command,
    'Must not say running, paused or restarting: the mount of a container that runs is no leak. Stop if it does.',
    '不得为 running、paused 或 restarting：运行中的容器的挂载不是泄漏。若是，请停手。',
  );

function releaseSteps({ holder, mountPoint }: LeakPlace, mountId: string): RemedyStep[] {
  if (holder === null) return [];
  const pid = String(holder.pid);
  const restart = restartHolder(holder);
  return [
    isStillThere(holder),
    look(
      shellLine('grep', '-F', '-e', mountId, `/proc/${pid}/mountinfo`),
      'Prints the mount, while this process still has it. If nothing is printed, skip the next line.',
      '若该进程仍持有挂载，会输出对应的一行；若没有输出，请跳过下一行。',
    ),
    restart ??
      run(
        shellLine('nsenter', '--target', pid, '--mount', '--', 'umount', '--', mountPoint),
        'Unmounts it in the namespace of that process alone. "target is busy": a process in there uses it; end that one.',
        '仅在该进程的挂载命名空间中卸载。若提示 “target is busy”，说明其中有进程正在使用，请先结束该进程。',
      ),
  ];
}

const finishRemoval = (client: readonly string[], { id, name }: ContainerPlace): RemedyStep =>
  destroy(
    shellLine(...client, 'rm', id),
    `Brings the removal of ${name} to its end, which was asked for before and broke off.`,
    `完成之前请求过但中断的 ${name} 的删除操作。`,
  );
