import type { DockerDaemon } from '../../inventory/index.ts';
import { daemonName, storeKeyOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Since then the daemon makes its data root shared, unless it is a slave (moby/moby#36096). */
const SHARING_SINCE = [18, 2] as const;
const OWN_NAMESPACE = /\b(slave|private)\b/;

export type PrivateRoot = {
  daemon: string;
  dataRoot: string;
  pid: number;
  unit: string | null;
  version: string | null;
  /** Before `SHARING_SINCE`; null = the version was not read. */
  isOldEngine: boolean | null;
  mountPoint: string;
  propagation: 'slave' | 'private';
  /** Of its unit; null = none, or not read. */
  mountFlags: string | null;
};

export const rootPrivate = defineRule<PrivateRoot>({
  id: 'root-private',
  needsPast: false,
  basis: ['captured', 'moby/moby#36096', 'mount_namespaces(7)'],
  wasSeen: true,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<PrivateRoot> = { findings: [], cannotTell: [] };
    if (inventory === null) return { ...answer, cannotTell: [{ subject: null, missing: 'processes' }] };
    for (const daemon of inventory.docker?.daemons ?? []) {
      const { pid, dataRoot, rootless, nestedInContainerId, version, mountFlags, unit } = daemon;
      // A rootless daemon has a namespace of its own by design.
      if (nestedInContainerId !== null || rootless === true) continue;
      const place = inventory.mounts?.pathPropagation.find(
        ({ path, daemonPids }) => path === dataRoot && pid !== null && daemonPids.includes(pid),
      );
      const propagation = place?.propagation ?? null;
      if (
        place === undefined ||
        propagation === null ||
        place.mountPoint === null ||
        pid === null ||
        dataRoot === null
      ) {
        answer.cannotTell.push({ subject: daemon.key, missing: 'processes' });
        continue;
      }
      if (propagation.sharedGroup !== null) continue;
      // One cause, one finding: mountflags-live-restore has the remedy.
      if (isOfMountFlags(daemon)) continue;
      const evidence: PrivateRoot = {
        ...{ daemon: daemonName(daemon), dataRoot, pid, unit, version, isOldEngine: isOld(version) },
        ...{ mountPoint: place.mountPoint, mountFlags },
        propagation: propagation.masterGroup === null ? 'private' : 'slave',
      };
      const severity = (inventory.leaks ?? []).length > 0 ? 'warning' : 'notice';
      answer.findings.push({ subject: daemon.key, storeKey: storeKeyOf(snapshot, daemon), severity, evidence });
    }
    return answer;
  },
  remedy: ({ pid, dataRoot, mountPoint, mountFlags, unit, isOldEngine }) => [
    look(
      shellLine(
        ...['nsenter', '--target', String(pid), '--mount', '--'],
        ...['findmnt', '--output', 'TARGET,PROPAGATION', '--target', dataRoot],
      ),
      'PROPAGATION says private or slave, where it should say shared.',
      'PROPAGATION 显示 private 或 slave，而应为 shared。',
    ),
    mountFlags !== null && OWN_NAMESPACE.test(mountFlags)
      ? precondition(
          `The unit sets MountFlags=${mountFlags}: take that out first, and restart the daemon. It may be all that is needed.`,
          `该单元设置了 MountFlags=${mountFlags}：请先去掉它并重启守护进程，或许这样就够了。`,
          unit === null ? null : shellLine('systemctl', 'cat', '--', unit),
        )
      : precondition(
          `${isOldEngine === true ? 'This engine is too old to share its data root itself: plan the upgrade, to 18.02 or newer.' : 'Since 18.02 the daemon shares its data root itself when it starts.'} The next line helps until then.`,
          `${isOldEngine === true ? '该引擎过旧，不会自行共享数据目录：请计划升级到 18.02 或更新版本。' : '自 18.02 起，守护进程启动时会自行共享数据目录。'}在此之前可用下一行应急。`,
        ),
    run(
      shellLine('nsenter', '--target', String(pid), '--mount', '--', 'mount', '--make-rshared', '--', mountPoint),
      'Namespaces that are made from now on follow its unmounts. Those that are there already keep what they have.',
      '此后新建的命名空间会跟随其卸载操作；已存在的命名空间仍保留原有挂载。',
    ),
    expectAfter(
      'PROPAGATION says shared.',
      'PROPAGATION 显示 shared。',
      shellLine(
        ...['nsenter', '--target', String(pid), '--mount', '--'],
        ...['findmnt', '--output', 'TARGET,PROPAGATION', '--target', dataRoot],
      ),
    ),
  ],
  text,
  // fixtures incident2-mountflags-slave-live-restore, mountinfo.dockerd-after.txt, without live-restore by an edit.
  example: {
    ...{ daemon: '/srv/lab/run/x/docker.sock', dataRoot: '/srv/lab/mnt/xfs/docker', pid: 3_476 },
    ...{ unit: 'docker.service', version: '20.10.24+dfsg1', isOldEngine: false, mountPoint: '/srv/lab/mnt/xfs' },
    ...{ propagation: 'slave', mountFlags: 'slave' },
  },
});

const isOfMountFlags = ({ mountFlags, liveRestore }: DockerDaemon): boolean =>
  mountFlags !== null && OWN_NAMESPACE.test(mountFlags) && liveRestore === true;

function isOld(version: string | null): boolean | null {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (major === undefined) return null;
  const [sinceMajor, sinceMinor] = SHARING_SINCE;
  return Number(major) < sinceMajor || (Number(major) === sinceMajor && Number(minor) < sinceMinor);
}
