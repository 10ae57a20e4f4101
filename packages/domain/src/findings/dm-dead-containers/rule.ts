import { containerLayersOf } from '../../inventory/container-bytes.ts';
import type { DockerDaemon } from '../../inventory/docker.ts';
import { defineRule, type FindingInput, type RemedyStep, type RuleAnswer, type Severity } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, expectAfter, look, precondition, run } from '../steps.ts';
import { dockerLine, operand, unitLine } from '../thin-steps.ts';
import { text } from './text.ts';

const DEAD_STATES: readonly string[] = ['dead', 'removing'];
const MAX_CONTAINERS = 50;
const MAX_HOLDERS = 8;

type DeadContainer = {
  id: string;
  name: string;
  /** null = its record was not read. */
  mountId: string | null;
  /** Processes that keep its layer mounted; empty = none was seen, or not read. */
  holders: { pid: number; name: string; unit: string | null; mountPoint: string }[];
};

export type DmDeadContainers = {
  daemonKey: string;
  dockerSocket: string | null;
  /** The first ones, with their number. */
  dead: DeadContainer[];
  deadCount: number;
  /** Devices whose deletion was put off because they are busy; null = the daemon did not say. */
  deferredCount: number | null;
};

export const dmDeadContainers = defineRule<DmDeadContainers>({
  id: 'dm-dead-containers',
  needsPast: false,
  basis: ['moby/moby#27381'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<DmDeadContainers> = { findings: [], cannotTell: [] };
    for (const daemon of input.inventory?.docker?.daemons ?? []) {
      if (daemon.storageDriver !== 'devicemapper') continue;
      if (daemon.containers === null) {
        answer.cannotTell.push({ subject: daemon.key, missing: 'docker-socket' });
        continue;
      }
      const dead = deadOf(daemon, input);
      const deferredCount = deferredCountOf(daemon);
      if (dead.length === 0 && (deferredCount ?? 0) === 0) continue;
      const severity: Severity = dead.length > 0 ? 'warning' : 'notice';
      const dockerSocket = daemon.nestedInContainerId === null ? daemon.socket : null;
      answer.findings.push({
        ...{ subject: daemon.key, severity },
        storeKey: input.snapshot.layout.daemons.find(({ key }) => key === daemon.key)?.storeKey ?? null,
        evidence: {
          ...{ daemonKey: daemon.key, dockerSocket, dead: dead.slice(0, MAX_CONTAINERS) },
          ...{ deadCount: dead.length, deferredCount },
        },
      });
    }
    return answer;
  },
  remedy: ({ dockerSocket, dead }) => [
    look(
      dockerLine(dockerSocket, 'ps', '-a', '--no-trunc', '--filter', 'status=dead', '--filter', 'status=removing'),
      'Those whose removal has failed.',
      '列出删除失败的容器。',
    ),
    ...dead.flatMap((one) => deadSteps(one, dockerSocket)),
    expectAfter(
      'None is dead, and Deferred Deleted Device Count falls to 0 within minutes.',
      '不再有 dead 容器，Deferred Deleted Device Count 在几分钟内降为 0。',
      dockerLine(dockerSocket, 'info'),
    ),
  ],
  text,
  // Container d1 of fixtures/thin-pool/dm-thin-vm, step B02, its state edited.
  example: {
    ...{ daemonKey: 'docker:/var/run/docker.sock', dockerSocket: '/var/run/docker.sock' },
    dead: [
      {
        ...{ id: 'd21d91175462120f344ccd30758517e40d712ccf498352b59260fc732ffac76e', name: 'd1' },
        ...{ mountId: 'cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e', holders: [] },
      },
    ],
    ...{ deadCount: 1, deferredCount: 0 },
  },
});

function deadOf(daemon: DockerDaemon, { inventory }: FindingInput): DeadContainer[] {
  if (inventory === null) return [];
  const layers = containerLayersOf(daemon, inventory);
  const dead = (daemon.containers ?? []).filter(({ state }) => DEAD_STATES.includes(state));
  return dead.map(({ id, names }) => {
    const leaks = (inventory.leaks ?? []).filter(({ containerId }) => containerId === id);
    const holders = leaks
      .flatMap(({ places }) => places)
      .flatMap(({ mountPoint, holders: all }) =>
        all.map(({ pid, name, owner }) => ({ pid, name, unit: owner?.unit ?? null, mountPoint })),
      );
    const mountId = layers.get(id) ?? null;
    return { id, name: names[0] ?? id.slice(0, 12), mountId, holders: holders.slice(0, MAX_HOLDERS) };
  });
}

function deferredCountOf({ driverStatus }: DockerDaemon): number | null {
  const value = driverStatus?.find(({ name }) => name === 'Deferred Deleted Device Count')?.value ?? '';
  return /^\d+$/.test(value) ? Number(value) : null;
}

function deadSteps({ id, name, mountId, holders }: DeadContainer, dockerSocket: string | null): RemedyStep[] {
  const find =
    mountId === null
      ? []
      : [
          look(
            `${shellLine('grep', '-l', '-e', mountId)} /proc/[0-9]*/mountinfo`,
            `${name}: each file that is named belongs to a process that keeps the device busy.`,
            `${name}：列出的每个文件都属于一个占用该设备的进程。`,
          ),
        ];
  const release = holders.map((holder) =>
    holder.unit === null
      ? run(
          shellLine('nsenter', '-t', String(holder.pid), '-m', '--', 'umount', holder.mountPoint),
          `Unmounts it where process ${holder.pid} (${holder.name}) sees it.`,
          `在进程 ${holder.pid}（${holder.name}）的命名空间中卸载它。`,
        )
      : run(
          unitLine('restart', holder.unit),
          `Process ${holder.pid} (${holder.name}) keeps it mounted; its unit lets go of it when it starts anew.`,
          `进程 ${holder.pid}（${holder.name}）仍挂载着它；重启其单元即可释放。`,
        ),
  );
  return [
    ...find,
    ...release,
    precondition(
      'Says dead or removing, false. If it runs, leave it alone.',
      '应显示 dead 或 removing，以及 false。若在运行，请勿动它。',
      dockerLine(dockerSocket, 'inspect', '--format', '{{.State.Status}} {{.State.Running}}', ...operand(id)),
    ),
    destroy(
      dockerLine(dockerSocket, 'rm', ...operand(id)),
      `Goes on with the removal of ${name} that somebody has asked for already.`,
      `继续完成此前已有人要求的对 ${name} 的删除。`,
    ),
  ];
}
