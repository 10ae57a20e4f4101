import type { DockerContainer, DockerContainerMount, DockerDaemon } from '../../inventory/index.ts';
import { type ContainerPlace, clientLine, containerPlace, findContainer, storeKeyOf } from '../docker-client.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** A name that Docker made up for a volume. */
const MADE_UP = /^[0-9a-f]{64}$/;
const FORMAT = '{{range .Mounts}}{{.Type}} {{.Name}} -> {{.Destination}}{{println}}{{end}}';

export type NestedRoot = {
  container: ContainerPlace;
  /** In the container. */
  dataRoot: string;
  /** `layer`: in the container's own writable layer. */
  liesOn: 'layer' | 'anonymous volume';
  volume: string | null;
  /** Of the host's daemon, and the file system that the root lies on. */
  outerDriver: string | null;
  fileSystemType: string | null;
};

export const dindLiveOnGraphDriver = defineRule<NestedRoot>({
  id: 'dind-live-on-graph-driver',
  needsPast: false,
  basis: ['captured'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<NestedRoot> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    for (const { key, nestedInContainerId, dataRoot, dataRootMount } of inventory.docker.daemons) {
      if (nestedInContainerId === null) continue;
      const outer = findContainer(inventory, nestedInContainerId);
      const container = containerPlace(inventory, nestedInContainerId);
      if (outer === null || container === null || dataRoot === null) {
        answer.cannotTell.push({ subject: key, missing: dataRoot === null ? 'processes' : 'docker-socket' });
        continue;
      }
      const mount = mountOf(outer.container, dataRoot);
      if (mount !== null && !isAnonymous(mount, outer.daemon)) continue;
      const evidence: NestedRoot = {
        ...{ container, dataRoot, volume: mount?.name ?? null, outerDriver: outer.daemon.storageDriver },
        liesOn: mount === null ? 'layer' : 'anonymous volume',
        fileSystemType: dataRootMount?.type ?? null,
      };
      // Subvolumes of another daemon make removals fail; folders are only forgotten.
      const severity = mount === null || dataRootMount?.type === 'btrfs' ? 'warning' : 'notice';
      answer.findings.push({ subject: key, storeKey: storeKeyOf(snapshot, outer.daemon), severity, evidence });
    }
    return answer;
  },
  remedy: ({ container, dataRoot, volume }) => {
    const { client, id, name } = container;
    if (client === null) return [useNamedVolume(dataRoot)];
    return [
      look(
        shellLine(...client, 'inspect', '--format', FORMAT, id),
        `Shows no mount at ${dataRoot}, or a volume whose name is 64 digits.`,
        `${dataRoot} 处没有挂载，或挂载的是名称为 64 位十六进制数的卷。`,
      ),
      run(
        shellLine(...client, 'volume', 'create', 'dind-data'),
        'A volume with a name, for all times that the container is made anew. Take a name of your own for each daemon: two must never share one.',
        '创建一个有名称的卷，供以后每次重建容器使用。每个守护进程请用各自的名称：绝不能共用同一个。',
      ),
      useNamedVolume(dataRoot),
      precondition(
        `No build runs in ${name} any more, and nothing in it is needed: its images, volumes and build cache go with it.`,
        `${name} 中已没有构建在运行，且其中的镜像、卷和构建缓存都不再需要：它们会一并删除。`,
        clientLine(client, 'exec', id, 'docker', 'system', 'df'),
      ),
      run(shellLine(...client, 'stop', id), `Stops ${name}.`, `停止 ${name}。`),
      destroy(
        shellLine(...client, 'rm', '--volumes', id),
        'Removes it with its anonymous volumes. Without --volumes they stay, and nobody knows whose they were.',
        '连同匿名卷一起删除。若不加 --volumes，这些卷会留下来，之后无人知道它们属于谁。',
      ),
      expectAfter(
        volume === null ? 'The container is gone.' : 'Says that there is no such volume.',
        volume === null ? '容器已删除。' : '提示该卷不存在。',
        volume === null
          ? shellLine(...client, 'ps', '--all', '--no-trunc', '--filter', `id=${id}`)
          : shellLine(...client, 'volume', 'inspect', '--', volume),
      ),
    ];
  },
  text,
  // fixtures docker-btrfs-2-dind-running.
  example: {
    container: {
      ...{ id: '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c', name: 'dind1', state: 'running' },
      ...{ image: 'dind:1', client: ['docker', '-H', 'unix:///srv/lab/run/b/docker.sock'] },
    },
    ...{ dataRoot: '/var/lib/docker', liesOn: 'anonymous volume', outerDriver: 'btrfs', fileSystemType: 'btrfs' },
    volume: '49b2f5e715d602cc5336bea175b7355b0c688d2f982daa0bc51f69967e380850',
  },
});

/** The innermost mount of the container that holds a path; null = none: it is in its own layer. */
function mountOf({ mounts }: DockerContainer, path: string): DockerContainerMount | null {
  const holding = mounts.filter(
    ({ destination }) => path === destination || path.startsWith(`${destination.replace(/\/+$/, '')}/`),
  );
  return holding.toSorted((a, b) => b.destination.length - a.destination.length)[0] ?? null;
}

function isAnonymous({ type, name }: DockerContainerMount, { volumes }: DockerDaemon): boolean {
  if (type !== 'volume' || name === null) return false;
  return volumes?.find((one) => one.name === name)?.anonymous ?? MADE_UP.test(name);
}

const useNamedVolume = (dataRoot: string): RemedyStep =>
  edit(
    `--mount type=volume,source=dind-data,target=${shellLine(dataRoot)}\n`,
    "An option of docker run for the next one. On a btrfs host better a folder on ext4 or xfs: --mount type=bind. Or no nested daemon at all: the host's own by its socket, where all who use it are trusted.",
    '用于下一次 docker run。若主机为 btrfs，最好改用 ext4 或 xfs 上的目录（--mount type=bind）；或者不用嵌套守护进程：若使用者都可信，可直接使用主机的套接字。',
  );
