import type { DockerDaemon, DockerListener } from '../../inventory/index.ts';
import { type ContainerPlace, containerPlace, daemonName, restartUnit, storeKeyOf, unitOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer, type Severity } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** By IANA's registry, `docker`: the REST API in plain text. */
const PLAIN_PORT = 2_375;
/** Docker's with TLS; swarm's 2377 and 7946; metrics of Docker's documentation. */
const OTHER_PORTS = [2_376, 2_377, 7_946, 9_323];
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const ANY = ['0.0.0.0', '::'];

export type PlainApi = {
  daemon: string;
  pid: number;
  unit: string | null;
  podUid: string | null;
  container: ContainerPlace | null;
  addresses: string[];
  port: number;
  /** The API answered plain HTTP; null = it could not be tried: the port is the one for it. */
  wasTried: boolean;
  isLoopback: boolean;
};

export const dockerTcpPlain = defineRule<PlainApi>({
  id: 'docker-tcp-plain',
  needsPast: false,
  basis: ['captured', 'docs.docker.com/engine/security/protect-access'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<PlainApi> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    for (const daemon of inventory.docker.daemons) {
      const { key, pid, listeners, podUid } = daemon;
      if (listeners === null || pid === null) {
        answer.cannotTell.push({ subject: key, missing: 'processes' });
        continue;
      }
      for (const [port, sockets] of byPort(listeners)) {
        const open = sockets.filter(({ isPlain }) => isPlain ?? port === PLAIN_PORT);
        if (open.length === 0) {
          const isUnknown = sockets.some(({ isPlain }) => isPlain === null) && !OTHER_PORTS.includes(port);
          if (isUnknown) answer.cannotTell.push({ subject: `${key} ${port}`, missing: 'processes' });
          continue;
        }
        const evidence = {
          ...{ daemon: daemonName(daemon), pid, unit: unitOf(daemon), podUid, port },
          container: containerPlace(inventory, daemon.nestedInContainerId),
          addresses: open.map(({ address }) => address),
          wasTried: open.some(({ isPlain }) => isPlain === true),
          isLoopback: open.every(({ address }) => LOOPBACK.test(address)),
        };
        const severity = severityOf(evidence, daemon);
        answer.findings.push({ subject: `${key} ${port}`, storeKey: storeKeyOf(snapshot, daemon), severity, evidence });
      }
    }
    return answer;
  },
  remedy: ({ pid, port, addresses, unit, podUid, container }) => {
    const network = ['nsenter', '--target', String(pid), '--net', '--'];
    const ping = shellLine(...network, 'curl', '--silent', '--max-time', '5', `${urlOf(addresses, port)}/_ping`);
    const restart = restartUnit(unit);
    return [
      look(ping, 'Prints OK: whoever reaches this port is root.', '输出 OK：任何能访问该端口的人都等同于 root。'),
      look(
        shellLine(...network, 'ss', '--tcp', '--numeric', '--all', `sport = :${port}`),
        'Who is connected now. Move these clients to the socket or to TLS first.',
        '当前的连接。请先把这些客户端改用套接字或 TLS。',
      ),
      container === null && podUid === null
        ? edit(
            '{ "hosts": ["unix:///var/run/docker.sock"] }\n',
            `In daemon.json, or take -H tcp://… out of the command line, where both must not say it. For remote use: docker -H ssh://…, or "tlsverify" with tcp://…:2376 and certificates.`,
            '写入 daemon.json，或从命令行去掉 -H tcp://…（两处不能同时设置）。远程使用请改用 docker -H ssh://…，或启用 tlsverify 并监听 tcp://…:2376。',
          )
        : edit(
            'DOCKER_TLS_CERTDIR=/certs\n',
            "In the environment of the nested daemon: Docker's dind image makes certificates by it and listens on 2376. In a pod better still: share the socket in an emptyDir, and no TCP.",
            '设置在嵌套守护进程的环境变量中：官方 dind 镜像会据此生成证书并监听 2376。在 Pod 中更好的做法是用 emptyDir 共享套接字，不用 TCP。',
          ),
      restart === null
        ? precondition('Start it anew with that setting.', '以该设置重新启动它。')
        : run(
            restart,
            'Takes a window, unless live-restore is on: containers stop.',
            '若未启用 live-restore，容器会停止：请安排窗口。',
          ),
      expectAfter(
        'Nothing listens on the port any more. The daemon has a new process id: put it in.',
        '该端口不再有监听。守护进程的进程号已变，请替换。',
        shellLine(...network, 'ss', '--tcp', '--listening', '--numeric', `sport = :${port}`),
      ),
    ];
  },
  text,
  // fixtures incident3-dind-overlay2-tcp2375, nested-dockerd.net_tcp6.
  example: {
    ...{ daemon: '/var/run/docker.sock', pid: 11_375, unit: null, podUid: null, addresses: ['::'], port: 2_375 },
    ...{ wasTried: false, isLoopback: false },
    container: {
      ...{ id: 'dcb9c9545526ce2658e94afd1c5dd7fe1351ebdade08950d66753578cf455402', name: 'dinp', state: 'running' },
      ...{ image: 'dind:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
    },
  },
});

function byPort(listeners: readonly DockerListener[]): Map<number, DockerListener[]> {
  const found = new Map<number, DockerListener[]>();
  for (const one of listeners) found.set(one.port, [...(found.get(one.port) ?? []), one]);
  return found;
}

/** In a container's own network, who reaches it is not known. */
function severityOf({ isLoopback, wasTried }: PlainApi, { nestedInContainerId }: DockerDaemon): Severity {
  if (isLoopback) return 'notice';
  return wasTried && nestedInContainerId === null ? 'critical' : 'warning';
}

function urlOf([first = '::']: readonly string[], port: number): string {
  const host = ANY.includes(first) ? '127.0.0.1' : first.includes(':') ? `[${first}]` : first;
  return `http://${host}:${port}`;
}
