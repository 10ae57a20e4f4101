import type { DockerContainer, DockerDaemon } from '../../inventory/index.ts';
import { type ContainerPlace, clientLine, containerPlace, findContainer, storeKeyOf } from '../docker-client.ts';
import { firstWithin } from '../evidence-size.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { edit, expectAfter, look, precondition } from '../steps.ts';
import { text } from './text.ts';

const FORMAT =
  '{{.Name}} privileged={{.HostConfig.Privileged}} pid={{.HostConfig.PidMode}} binds={{.HostConfig.Binds}}';
const MAX_PATHS = 16;

/** In one finding, those that reach furthest first. */
const MAX_CONTAINERS = 16;
/** Of these as JSON; with the rest they stay below `MAX_EVIDENCE_BYTES`. */
const MAX_CONTAINERS_BYTES = 57_344;
const MAX_IN_LINE = 8;

export type PrivilegedContainer = {
  container: ContainerPlace;
  /** Of the host, bound into it. */
  hostPaths: { path: string; readOnly: boolean }[];
  /** It sees all processes of the host. */
  hasHostProcesses: boolean;
};

export type PrivilegedDaemons = {
  containerCount: number;
  containers: PrivilegedContainer[];
  leftOutCount: number;
};

/** One finding for the daemon that runs the containers: these come and go with each build, and what is to be chosen is one thing. */
export const dindPrivileged = defineRule<PrivilegedDaemons>({
  id: 'dind-privileged',
  needsPast: false,
  basis: ['captured', 'docs.docker.com/engine/security/rootless'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<PrivilegedDaemons> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    const ids = new Set(inventory.docker.daemons.flatMap(({ nestedInContainerId }) => nestedInContainerId ?? []));
    const byDaemon = new Map<DockerDaemon, PrivilegedContainer[]>();
    const untold = new Set<string | null>();
    for (const id of ids) {
      const found = findContainer(inventory, id);
      const container = containerPlace(inventory, id);
      const privileged = found?.container.details?.privileged ?? null;
      if (found === null || container === null || privileged === null) untold.add(found?.daemon.key ?? null);
      else if (privileged) {
        byDaemon.set(found.daemon, [...(byDaemon.get(found.daemon) ?? []), reachOf(container, found.container)]);
      }
    }
    answer.cannotTell.push(...[...untold].map((subject) => ({ subject, missing: 'docker-socket' as const })));
    for (const [daemon, all] of byDaemon) {
      const limits = { most: MAX_CONTAINERS, maxBytes: MAX_CONTAINERS_BYTES };
      const { shown, leftOutCount } = firstWithin(all.toSorted(furthestFirst), limits);
      answer.findings.push({
        ...{ subject: daemon.key, storeKey: storeKeyOf(snapshot, daemon) },
        severity: all.some(isFar) ? 'warning' : 'notice',
        evidence: { containerCount: all.length, containers: shown, leftOutCount },
      });
    }
    return answer;
  },
  remedy: ({ containers }) => [
    ...linesOf(containers, ({ id }) => id).map((line) => look(line, 'Says privileged=true.', '显示 privileged=true。')),
    precondition(
      'Choose by what runs in it: code of your own team alone may stay as it is; code of others, such as pull requests, may not.',
      '视其中运行的内容而定：若只有自己团队的代码，可以保持现状；若有他人的代码（例如外部的合并请求），则不可以。',
    ),
    edit(
      'docker run --runtime=sysbox-runc … docker:dind\ndocker buildx create --name remote-builder --driver remote tcp://BUILDER:1234\n',
      'One of: a runtime that needs no privilege for it (sysbox); builds on a builder elsewhere; or a rootless daemon, which still is privileged to Docker but not root within.',
      '任选其一：使用无需特权的运行时（sysbox）；把构建交给别处的构建器；或使用 rootless 守护进程（对 Docker 仍为特权，但内部不是 root）。',
    ),
    ...linesOf(containers, ({ name }) => name).map((line) =>
      expectAfter('What is made anew says privileged=false.', '重新创建的容器显示 privileged=false。', line),
    ),
  ],
  text,
  // fixtures incident3-dind-overlay2-tcp2375, inspect-dinp.json.
  example: {
    containerCount: 1,
    containers: [
      {
        container: {
          ...{ id: 'dcb9c9545526ce2658e94afd1c5dd7fe1351ebdade08950d66753578cf455402', name: 'dinp', state: 'running' },
          ...{ image: 'dind:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
        },
        ...{ hostPaths: [], hasHostProcesses: false },
      },
    ],
    leftOutCount: 0,
  },
});

function reachOf(container: ContainerPlace, { mounts, details }: DockerContainer): PrivilegedContainer {
  const binds = mounts.filter(({ type, source }) => type === 'bind' && source !== null);
  return {
    container,
    hostPaths: binds.slice(0, MAX_PATHS).map(({ source, readOnly }) => ({ path: source ?? '', readOnly })),
    hasHostProcesses: details?.pidMode === 'host',
  };
}

const isFar = ({ hostPaths, hasHostProcesses }: PrivilegedContainer): boolean =>
  hasHostProcesses || hostPaths.some(({ readOnly }) => !readOnly);

function furthestFirst(a: PrivilegedContainer, b: PrivilegedContainer): number {
  if (isFar(a) !== isFar(b)) return isFar(a) ? -1 : 1;
  return a.container.name < b.container.name ? -1 : 1;
}

/** All of them are of one daemon, and so of one client. */
function linesOf(containers: readonly PrivilegedContainer[], wordOf: (container: ContainerPlace) => string): string[] {
  const client = containers[0]?.container.client ?? null;
  const words = containers.map(({ container }) => wordOf(container));
  const lines: string[] = [];
  for (let place = 0; place < words.length; place += MAX_IN_LINE) {
    const some = words.slice(place, place + MAX_IN_LINE);
    lines.push(...[clientLine(client, 'inspect', '--format', FORMAT, '--', ...some)].flatMap((line) => line ?? []));
  }
  return lines;
}
