import type { DaemonNamespaces, DockerDaemon, Inventory } from '../../inventory/index.ts';
import { type ContainerPlace, clientLine, clientOf, containerPlace, daemonName, storeKeyOf } from '../docker-client.ts';
import { MAX_HOLDERS } from '../holders.ts';
import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Mounts are read before containers: one that has started since has its mount all the same. */
const SETTLED_MILLISECONDS = 5 * 60_000;

export type ShimsElsewhere = {
  /** Socket of the daemon, or the name of its process. */
  daemon: string;
  pid: number;
  mountNamespace: string | null;
  unit: string | null;
  client: string[] | null;
  shims: { pid: number; mountNamespace: string | null; container: ContainerPlace | null }[];
  shimCount: number;
  /** Running, and their merged folder is not mounted where the daemon looks. */
  containersWithoutMerged: ContainerPlace[];
  withoutMergedCount: number;
};

export const daemonShimNamespace = defineRule<ShimsElsewhere>({
  id: 'daemon-shim-namespace',
  needsPast: false,
  basis: ['captured', 'mount_namespaces(7)'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<ShimsElsewhere> = { findings: [], cannotTell: [] };
    if (inventory?.mounts == null) return { ...answer, cannotTell: [{ subject: null, missing: 'processes' }] };
    const told = new Set<number>();
    // dockerd and the containerd that it started have the same shims: told of dockerd.
    const daemons = inventory.mounts.daemons.toSorted((a, b) => rank(a) - rank(b));
    for (const one of daemons) {
      const docker = inventory.docker?.daemons.find(({ pid }) => pid === one.pid) ?? null;
      const containerd = inventory.docker?.containerds.find(({ pid }) => pid === one.pid) ?? null;
      const subject = docker?.key ?? containerd?.key ?? `${one.name} ${one.pid}`;
      const shims = one.shims.filter(({ pid }) => !told.has(pid));
      for (const { pid } of one.shims) told.add(pid);
      if (shims.some(({ sameAsDaemon }) => sameAsDaemon === null)) {
        answer.cannotTell.push({ subject, missing: 'processes' });
      }
      const evidence = evidenceOf(inventory, one, { docker, shims });
      if (evidence.shimCount === 0 && evidence.withoutMergedCount === 0) continue;
      answer.findings.push({ subject, storeKey: storeKeyOf(snapshot, docker), severity: 'warning', evidence });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { pid, shims, containersWithoutMerged } = evidence;
    const restarts = new Map<string, ContainerPlace>();
    for (const one of [...shims.map(({ container }) => container), ...containersWithoutMerged]) {
      if (one !== null && one.client !== null) restarts.set(one.id, one);
    }
    const unknown = shims.filter(({ container }) => container === null).map((one) => String(one.pid));
    const links = [pid, ...shims.map((one) => one.pid)].map((one) => `/proc/${one}/ns/mnt`);
    return [
      precondition(
        'The cause is gone first: no MountFlags=slave or private in the unit. Else the next restart of the daemon brings it back.',
        '先消除原因：单元中不得有 MountFlags=slave 或 private，否则守护进程下次重启后问题会再次出现。',
        evidence.unit === null ? null : shellLine('systemctl', 'cat', '--', evidence.unit),
      ),
      look(
        shellLine('readlink', ...links),
        'The first line is the daemon, the others are shims. One that differs is in another namespace.',
        '第一行是守护进程，其余为 shim；不同的即处于另一个命名空间。',
      ),
      ...(unknown.length === 0 ? [] : [whoseShims(unknown)]),
      ...[...restarts.values()].map((one) =>
        run(
          clientLine(one.client, 'restart', one.id) ?? '',
          `Starts ${one.name} where the daemon sees its mounts. Take a window: its service is away for a moment.`,
          `让 ${one.name} 在守护进程可见的命名空间中重新启动。请安排窗口：其服务会短暂中断。`,
        ),
      ),
      expectAfter(
        'Only one line: the daemon and all its shims are in one namespace.',
        '只有一行：守护进程与其所有 shim 处于同一命名空间。',
        `readlink ${shellLine(`/proc/${pid}/ns/mnt`)} $(pgrep containerd-shim | sed 's,.*,/proc/&/ns/mnt,') | sort -u`,
      ),
    ];
  },
  text,
  // fixtures incident2-mountflags-slave-live-restore, ns-after-restart.txt. Containers were not captured.
  example: {
    ...{ daemon: '/srv/lab/run/x/docker.sock', pid: 3_476, mountNamespace: '4026532485', unit: 'docker.service' },
    client: ['docker', '-H', 'unix:///srv/lab/run/x/docker.sock'],
    shims: [
      { pid: 3_287, mountNamespace: '4026532333', container: null },
      { pid: 3_353, mountNamespace: '4026532333', container: null },
    ],
    ...{ shimCount: 2, containersWithoutMerged: [], withoutMergedCount: 0 },
  },
});

const rank = ({ name }: DaemonNamespaces): number => (name === 'dockerd' ? 0 : 1);

function evidenceOf(
  inventory: Inventory,
  one: DaemonNamespaces,
  { docker, shims }: { docker: DockerDaemon | null; shims: DaemonNamespaces['shims'] },
): ShimsElsewhere {
  const without = docker === null ? [] : withoutMerged(inventory, docker);
  const elsewhere = shims.filter(({ sameAsDaemon }) => sameAsDaemon === false);
  return {
    ...{ daemon: docker === null ? one.name : daemonName(docker), pid: one.pid, mountNamespace: one.mountNamespace },
    ...{ unit: one.owner?.unit ?? null, client: docker === null ? null : clientOf(inventory, docker) },
    shims: elsewhere.slice(0, MAX_HOLDERS).map(({ pid, id, mountNamespace }) => ({
      ...{ pid, mountNamespace, container: containerPlace(inventory, id) },
    })),
    shimCount: elsewhere.length,
    ...{ containersWithoutMerged: without.slice(0, MAX_HOLDERS), withoutMergedCount: without.length },
  };
}

/** Of overlay2 alone: containerd's snapshotters mount where the shim is. */
function withoutMerged(inventory: Inventory, daemon: DockerDaemon): ContainerPlace[] {
  const own = inventory.mounts?.namespaces.find(({ inode }) => inode === daemon.mountNamespace);
  if (daemon.storageDriver !== 'overlay2' || own === undefined || own.layerMounts === null) return [];
  const mounted = new Set(own.layerMounts.map(({ mountId }) => mountId));
  const missing = (daemon.containers ?? []).filter(({ state, details }) => {
    const mountId = details?.mountId ?? null;
    const age = Date.parse(inventory.takenAt) - Date.parse(details?.startedAt ?? '');
    return state === 'running' && mountId !== null && !mounted.has(mountId) && age >= SETTLED_MILLISECONDS;
  });
  return missing.flatMap(({ id }) => containerPlace(inventory, id) ?? []);
}

const whoseShims = (pids: readonly string[]): RemedyStep =>
  look(
    shellLine('ps', '-o', 'pid,args', '-p', pids.join(',')),
    'The word after -id is the container of each shim: restart these containers one by one, in a window.',
    '每个 shim 的 -id 后面就是它的容器：请在窗口内逐个重启这些容器。',
  );
