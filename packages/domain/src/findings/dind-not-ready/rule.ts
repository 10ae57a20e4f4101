import type { DockerContainer, DockerDaemon, Inventory } from '../../inventory/index.ts';
import { type ContainerPlace, clientLine, containerPlace, findContainer, storeKeyOf } from '../docker-client.ts';
import { defineRule, type MissingFact, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, run } from '../steps.ts';
import { text } from './text.ts';

/** Until then a daemon may still load: one that has lost a lock gives up after 15 s, images take longer. */
const READY_MILLISECONDS = 2 * 60_000;
/** Docker's own dind images, and those named so after them. */
const NESTED_IMAGE = /(^|[/:_.-])dind([:_.-]|$)/;
const MAX_LOG_LINES = '100';

export type NotReady = {
  containerId: string;
  container: ContainerPlace | null;
  podUid: string | null;
  /** `restarts`: its container does not stay up. `silent`: it is there, and its socket is not, or does not answer. */
  kind: 'restarts' | 'silent';
  /** In words of the system; null = none was told. */
  reason: string | null;
  restartCount: number | null;
};

type Judged = NotReady['kind'] | MissingFact | null;

export const dindNotReady = defineRule<NotReady>({
  id: 'dind-not-ready',
  needsPast: false,
  basis: ['moby cmd/dockerd'],
  wasSeen: false,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<NotReady> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    const add = (id: string, judged: Judged, nested: DockerDaemon | null): void => {
      if (judged === null) return;
      if (judged !== 'restarts' && judged !== 'silent') {
        answer.cannotTell.push({ subject: id, missing: judged });
        return;
      }
      const found = findContainer(inventory, id);
      const evidence = {
        ...{ containerId: id, container: containerPlace(inventory, id), kind: judged },
        ...{ podUid: nested?.podUid ?? found?.container.podUid ?? null, reason: nested?.stateReason ?? null },
        restartCount: found?.container.details?.restartCount ?? null,
      };
      const storeKey = storeKeyOf(snapshot, found?.daemon ?? null);
      answer.findings.push({ subject: id, storeKey, severity: 'warning', evidence });
    };
    const nested = new Set<string>();
    for (const daemon of inventory.docker.daemons) {
      const id = daemon.nestedInContainerId;
      if (id === null || nested.has(id)) continue;
      nested.add(id);
      add(id, judgeDaemon(daemon, inventory), daemon);
    }
    for (const { id, state, image } of inventory.docker.daemons.flatMap(({ containers }) => containers ?? [])) {
      if (!nested.has(id) && state === 'restarting' && NESTED_IMAGE.test(image)) add(id, 'restarts', null);
    }
    return answer;
  },
  remedy: ({ container, podUid, containerId }) => {
    const id = container?.id ?? containerId;
    const client = container?.client ?? null;
    const logs = clientLine(client, 'logs', '--tail', MAX_LOG_LINES, id);
    const restart = clientLine(client, 'restart', id);
    return [
      look(
        logs ?? shellLine('crictl', 'logs', '--tail', MAX_LOG_LINES, id),
        'The last lines say why: "failed to start daemon", "driver not supported", "no space left", or "timeout" where another daemon has its data root.',
        '最后几行会说明原因：“failed to start daemon”、“driver not supported”、“no space left”，或数据目录被另一个守护进程占用时的 “timeout”。',
      ),
      ...(restart === null
        ? []
        : [run(restart, 'Once the cause is gone: starts it again.', '原因消除后：重新启动它。')]),
      podUid === null
        ? edit(
            "--health-cmd 'docker info' --health-interval 10s --health-retries 6\n",
            'Options of docker run for it, so that builds wait for "healthy" and its state can be seen.',
            '为 docker run 加上这些选项，使构建等到 “healthy” 再开始，其状态也一目了然。',
          )
        : edit(
            'readinessProbe:\n  exec:\n    command: ["docker", "info"]\n  periodSeconds: 10\n  failureThreshold: 6\n',
            'In the container of the pod, so that builds wait until it answers.',
            '写入该 Pod 的容器定义，使构建等到它应答后再开始。',
          ),
      expectAfter(
        'Prints the storage driver of the nested daemon.',
        '输出嵌套守护进程的存储驱动。',
        clientLine(client, 'exec', id, 'docker', 'info', '--format', '{{.Driver}}') ??
          shellLine('crictl', 'exec', id, 'docker', 'info', '--format', '{{.Driver}}'),
      ),
    ];
  },
  text,
  // fixtures docker-btrfs-2-dind-running, of whose nested daemon no socket was captured.
  example: {
    containerId: '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c',
    container: {
      ...{ id: '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c', name: 'dind1', state: 'running' },
      ...{ image: 'dind:1', client: ['docker', '-H', 'unix:///srv/lab/run/b/docker.sock'] },
    },
    ...{ podUid: null, kind: 'silent', reason: '/var/run/docker.sock: not there', restartCount: 0 },
  },
});

function judgeDaemon(daemon: DockerDaemon, inventory: Inventory): Judged {
  const { state, stateReason, listeners, nestedInContainerId } = daemon;
  if (state === 'answers') return null;
  // Not the daemon's fault, or it may be that it serves where it was not asked.
  if (/permission denied/.test(stateReason ?? '')) return 'docker-socket';
  if (state === 'no socket' && (listeners === null || listeners.length > 0)) return 'docker-socket';
  const container = findContainer(inventory, nestedInContainerId)?.container ?? null;
  const age = ageOf(container, inventory);
  if (age === null) return 'second-look';
  return age >= READY_MILLISECONDS ? 'silent' : null;
}

function ageOf(container: DockerContainer | null, { takenAt }: Inventory): number | null {
  const age = Date.parse(takenAt) - Date.parse(container?.details?.startedAt ?? '');
  return Number.isNaN(age) ? null : age;
}
