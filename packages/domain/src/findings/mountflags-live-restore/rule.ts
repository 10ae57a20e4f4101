import { daemonName, storeKeyOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine, shellQuote } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Either gives the service a namespace of its own whose unmounts go nowhere (systemd.exec(5), MountFlags=). */
const OWN_NAMESPACE = /\b(slave|private)\b/;

export type FlagsWithLiveRestore = {
  daemon: string;
  unit: string;
  mountFlags: string;
  /** Shims that the daemon has left in another mount namespace already; null = not read. */
  shimsElsewhere: number | null;
};

export const mountflagsLiveRestore = defineRule<FlagsWithLiveRestore>({
  id: 'mountflags-live-restore',
  needsPast: false,
  basis: ['captured', 'systemd.exec(5)', 'moby/moby#22806'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<FlagsWithLiveRestore> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'configuration' }] };
    for (const daemon of inventory.docker.daemons) {
      const { key, unit, pid, mountFlags, liveRestore, nestedInContainerId } = daemon;
      if (nestedInContainerId !== null || liveRestore === false) continue;
      // Of a process that is of no unit there is nothing to read.
      if (mountFlags === null && unit === null && pid !== null) continue;
      if (mountFlags !== null && !OWN_NAMESPACE.test(mountFlags)) continue;
      if (mountFlags === null || liveRestore === null) {
        answer.cannotTell.push({ subject: key, missing: 'configuration' });
        continue;
      }
      const shims = inventory.mounts?.daemons.find((one) => one.pid === pid)?.shims ?? null;
      const evidence = {
        ...{ daemon: daemonName(daemon), unit: unit ?? 'docker.service', mountFlags },
        shimsElsewhere: shims?.filter(({ sameAsDaemon }) => sameAsDaemon === false).length ?? null,
      };
      answer.findings.push({ subject: key, storeKey: storeKeyOf(snapshot, daemon), severity: 'warning', evidence });
    }
    return answer;
  },
  remedy: ({ unit }) => [
    look(
      shellLine('systemctl', 'cat', '--', unit),
      'Shows each file of the unit. One of them has a line MountFlags=slave or private.',
      '显示该单元的所有文件，其中有一行 MountFlags=slave 或 private。',
    ),
    edit(
      `# ${shellQuote(`/etc/systemd/system/${unit}.d/zz-mount-flags.conf`)}\n[Service]\nMountFlags=\n`,
      'A drop-in that takes the setting back. Where the line is in a file of your own, delete it there instead.',
      '用 drop-in 撤销该设置。若该行在你自己的文件中，直接删除即可。',
    ),
    run('systemctl daemon-reload', 'Reads the unit again.', '重新读取单元文件。'),
    precondition(
      'Take a window: after the next line, containers that run now have to be restarted too.',
      '请安排维护窗口：执行下一行之后，正在运行的容器也需要重启。',
    ),
    run(
      shellLine('systemctl', 'restart', '--', unit),
      'Starts the daemon in the namespace of the host. Live-restore keeps the containers, with their old mounts: restart them one by one.',
      '让守护进程在主机的挂载命名空间中启动。live-restore 会保留容器及其旧挂载：请逐个重启容器。',
    ),
    expectAfter(
      'Both lines are the same: the daemon is in the namespace of process 1.',
      '两行相同：守护进程与 1 号进程处于同一挂载命名空间。',
      `readlink /proc/1/ns/mnt "/proc/$(${shellLine('systemctl', 'show', '--property=MainPID', '--value', '--', unit)})/ns/mnt"`,
    ),
  ],
  text,
  // fixtures incident2-mountflags-slave-live-restore; the unit file is as systemd.exec(5) has it.
  example: {
    ...{ daemon: '/srv/lab/run/x/docker.sock', unit: 'docker.service', mountFlags: 'slave', shimsElsewhere: 2 },
  },
});
