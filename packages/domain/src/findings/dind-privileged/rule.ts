import { type ContainerPlace, clientLine, containerPlace, findContainer, storeKeyOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { edit, expectAfter, look, precondition } from '../steps.ts';
import { text } from './text.ts';

const FORMAT =
  '{{.Name}} privileged={{.HostConfig.Privileged}} pid={{.HostConfig.PidMode}} binds={{.HostConfig.Binds}}';
const MAX_PATHS = 16;

export type PrivilegedDaemon = {
  container: ContainerPlace;
  /** Of the host, bound into it. */
  hostPaths: { path: string; readOnly: boolean }[];
  /** It sees all processes of the host. */
  hasHostProcesses: boolean;
};

export const dindPrivileged = defineRule<PrivilegedDaemon>({
  id: 'dind-privileged',
  needsPast: false,
  basis: ['captured', 'docs.docker.com/engine/security/rootless'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<PrivilegedDaemon> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    const ids = new Set(inventory.docker.daemons.flatMap(({ nestedInContainerId }) => nestedInContainerId ?? []));
    for (const id of ids) {
      const found = findContainer(inventory, id);
      const container = containerPlace(inventory, id);
      const privileged = found?.container.details?.privileged ?? null;
      if (found === null || container === null || privileged === null) {
        answer.cannotTell.push({ subject: id, missing: 'docker-socket' });
        continue;
      }
      if (!privileged) continue;
      const binds = found.container.mounts.filter(({ type, source }) => type === 'bind' && source !== null);
      const evidence = {
        container,
        hostPaths: binds.slice(0, MAX_PATHS).map(({ source, readOnly }) => ({ path: source ?? '', readOnly })),
        hasHostProcesses: found.container.details?.pidMode === 'host',
      };
      const severity = evidence.hostPaths.some(({ readOnly }) => !readOnly) || evidence.hasHostProcesses;
      answer.findings.push({
        ...{ subject: id, storeKey: storeKeyOf(snapshot, found.daemon), evidence },
        severity: severity ? 'warning' : 'notice',
      });
    }
    return answer;
  },
  remedy: ({ container }) => {
    const inspect = clientLine(container.client, 'inspect', '--format', FORMAT, container.id);
    return [
      ...(inspect === null ? [] : [look(inspect, 'Says privileged=true.', '显示 privileged=true。')]),
      precondition(
        'Choose by what runs in it: code of your own team alone may stay as it is; code of others, such as pull requests, may not.',
        '视其中运行的内容而定：若只有自己团队的代码，可以保持现状；若有他人的代码（例如外部的合并请求），则不可以。',
      ),
      edit(
        'docker run --runtime=sysbox-runc … docker:dind\ndocker buildx create --name remote-builder --driver remote tcp://BUILDER:1234\n',
        'One of: a runtime that needs no privilege for it (sysbox); builds on a builder elsewhere; or a rootless daemon, which still is privileged to Docker but not root within.',
        '任选其一：使用无需特权的运行时（sysbox）；把构建交给别处的构建器；或使用 rootless 守护进程（对 Docker 仍为特权，但内部不是 root）。',
      ),
      expectAfter(
        'The container made anew says privileged=false.',
        '重新创建的容器显示 privileged=false。',
        clientLine(container.client, 'inspect', '--format', FORMAT, '--', container.name),
      ),
    ];
  },
  text,
  // fixtures incident3-dind-overlay2-tcp2375, inspect-dinp.json.
  example: {
    container: {
      ...{ id: 'dcb9c9545526ce2658e94afd1c5dd7fe1351ebdade08950d66753578cf455402', name: 'dinp', state: 'running' },
      ...{ image: 'dind:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
    },
    ...{ hostPaths: [], hasHostProcesses: false },
  },
});
