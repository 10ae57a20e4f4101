import { type DockerDaemon, sharedDataRoots } from '../../inventory/index.ts';
import {
  type ContainerPlace,
  clientLine,
  clientOf,
  containerPlace,
  daemonName,
  storeKeyOf,
  unitOf,
} from '../docker-client.ts';
import { isStillThere } from '../holders.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/**
 * No name that begins as the other's: as seen, Docker 20.10 takes the shared mount of /var/lib/docker for that of
 * /var/lib/docker-2, and leaves the latter private.
 */
const OWN_ROOT = '{ "data-root": "/var/lib/second-docker" }\n';

/** The others are told once these have moved. */
const MAX_SHARING = 16;

export type SharedRoot = {
  /** As the first daemon names it. */
  dataRoot: string;
  /** The one that answers first: it stays. */
  daemons: SharingDaemon[];
  leftOutCount: number;
};

export type SharingDaemon = {
  name: string;
  pid: number | null;
  unit: string | null;
  podUid: string | null;
  /** Container that it runs in. */
  container: ContainerPlace | null;
  /** Words that reach it; null = there is no way to it from the host. */
  client: string[] | null;
  dataRoot: string | null;
  isAnswering: boolean;
};

export const twoDaemonsOneRoot = defineRule<SharedRoot>({
  id: 'two-daemons-one-root',
  needsPast: false,
  basis: ['captured'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<SharedRoot> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    const { daemons } = inventory.docker;
    for (const { key, dataRootIdentity } of daemons.length > 1 ? daemons : []) {
      if (dataRootIdentity === null) answer.cannotTell.push({ subject: key, missing: 'processes' });
    }
    for (const group of sharedDataRoots(daemons)) {
      const sorted = group.toSorted((a, b) => rank(a) - rank(b));
      const [first] = sorted;
      if (first?.dataRootIdentity == null) continue;
      const evidence = {
        dataRoot: first.dataRoot ?? '',
        leftOutCount: Math.max(0, sorted.length - MAX_SHARING),
        daemons: sorted.slice(0, MAX_SHARING).map((daemon) => ({
          ...{ name: daemonName(daemon), pid: daemon.pid, unit: unitOf(daemon), podUid: daemon.podUid },
          ...{ dataRoot: daemon.dataRoot, isAnswering: daemon.state === 'answers' },
          container: containerPlace(inventory, daemon.nestedInContainerId),
          client: clientOf(inventory, daemon),
        })),
      };
      const subject = `${first.dataRootIdentity.device}:${first.dataRootIdentity.inode}`;
      answer.findings.push({ subject, storeKey: storeKeyOf(snapshot, first), severity: 'critical', evidence });
    }
    return answer;
  },
  remedy: ({ daemons }) => {
    const [stays, ...others] = daemons;
    const paths = daemons.flatMap(({ pid, dataRoot }) => (pid === null ? [] : [`/proc/${pid}/root${dataRoot ?? ''}`]));
    const stat = shellLine('stat', '--dereference', '--format=%d:%i %n', ...paths);
    return [
      look(stat, 'The numbers before the names are equal: it is one folder.', '名称前的数字相同：它们是同一个目录。'),
      precondition(
        `${stays?.name} keeps the folder. Nothing is deleted: what the others have made in it stays with it.`,
        `${stays?.name} 保留该目录。不会删除任何东西：其他守护进程写入的内容也留在其中。`,
      ),
      ...others.flatMap(moveAway),
      expectAfter(
        'Each daemon names a folder of its own. One whose container was made again: ask it by the new id.',
        '每个守护进程都给出各自独立的目录。若其容器已重新创建，请使用新的容器 ID 查询。',
        rootQuestions(daemons),
      ),
    ];
  },
  text,
  // fixtures incident3-two-dockerds, collector-view-while-two.json.
  example: {
    ...{ dataRoot: '/srv/lab/mnt/ext/docker', leftOutCount: 0 },
    daemons: [
      {
        ...{ name: '/srv/lab/run/e/docker.sock', pid: 31_784, unit: null, podUid: null, container: null },
        ...{ dataRoot: '/srv/lab/mnt/ext/docker', isAnswering: true },
        client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'],
      },
      {
        ...{ name: '/srv/lab/run/e2/docker.sock', pid: 10_508, unit: null, podUid: null, container: null },
        ...{ dataRoot: '/srv/lab/mnt/ext/docker', isAnswering: false },
        client: ['docker', '-H', 'unix:///srv/lab/run/e2/docker.sock'],
      },
    ],
  },
});

/** A process id is another one after a restart, and the old folder has its number still: so they are asked themselves. */
function rootQuestions(daemons: readonly SharingDaemon[]): string | null {
  const lines = daemons.flatMap(({ client }) => clientLine(client, 'info', '--format', '{{.DockerRootDir}}') ?? []);
  return lines.length === 0 ? null : lines.join(' && ');
}

/** First what answers, and the host's own before one in a container. */
const rank = ({ state, nestedInContainerId }: DockerDaemon): number =>
  (state === 'answers' ? 0 : 2) + (nestedInContainerId === null ? 0 : 1);

function moveAway(daemon: SharingDaemon): RemedyStep[] {
  const { name, pid, podUid, container, unit, dataRoot } = daemon;
  if (podUid !== null) {
    return [
      precondition(
        `${name} runs in pod ${podUid}: give each pod an emptyDir or a claim of its own for ${dataRoot}, not one hostPath for all, and one daemon to a node.`,
        `${name} 运行在 Pod ${podUid} 中：请为每个 Pod 的 ${dataRoot} 使用各自的 emptyDir 或 PVC，不要共用同一个 hostPath。`,
      ),
    ];
  }
  const stop = clientLine(container?.client ?? null, 'stop', container?.id ?? '');
  if (container !== null && stop !== null) {
    return [
      run(stop, `Stops ${container.name}, the daemon in it with it.`, `停止 ${container.name} 及其中的守护进程。`),
      edit(
        '--mount type=volume,source=docker-of-its-own,target=/var/lib/docker\n',
        'Make the container again with a volume that no other one has.',
        '用一个不与他人共享的卷重新创建该容器。',
      ),
    ];
  }
  return [
    ...(unit === null && pid !== null ? [isStillThere({ pid, processName: 'dockerd' })] : []),
    stopOf(daemon),
    edit(
      OWN_ROOT,
      `A folder of its own for ${name}: in its daemon.json, or as --data-root. Its --exec-root and --pidfile must be its own too.`,
      `在 ${name} 的 daemon.json 中（或用 --data-root）为其指定独立目录；--exec-root 与 --pidfile 也必须独立。`,
    ),
    unit === null
      ? precondition('Start it again the way it was started.', '按原来的方式重新启动它。')
      : run(shellLine('systemctl', 'start', '--', unit), 'Starts it with its own folder.', '以独立目录启动。'),
  ];
}

function stopOf({ unit, pid, name }: SharingDaemon): RemedyStep {
  const [en, zh] = [`Stops ${name}, and what runs in its containers.`, `停止 ${name} 及其容器。`];
  if (unit !== null) return run(shellLine('systemctl', 'stop', '--', unit), en, zh);
  if (pid === null) return precondition(en, zh);
  return run(shellLine('kill', '-TERM', String(pid)), en, zh);
}
