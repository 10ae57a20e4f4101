import type { DockerDaemon, Inventory } from '../../inventory/index.ts';
import {
  type ContainerPlace,
  clientLine,
  clientOf,
  containerPlace,
  daemonName,
  restartUnit,
  storeKeyOf,
  unitOf,
} from '../docker-client.ts';
import { defineRule, type Finding, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Docker's, and containerd's of the same manner: a whole copy for each layer. */
const COPYING = ['vfs', 'native'];
/** Warnings of /info about storage: a driver that goes away, a file system without d_type. */
const STORAGE_WARNING = /storage-driver|storage driver|d_type|backing.*filesystem/i;
const MAX_WARNINGS = 4;

export type Fallback = {
  daemon: string;
  client: string[] | null;
  unit: string | null;
  container: ContainerPlace | null;
  /** null = not read. */
  driver: string | null;
  isCopying: boolean;
  /** File system that the data root lies on; null = not read. */
  fileSystemType: string | null;
  /** Why overlay2 was passed over, as far as the mount tells. */
  reason: 'overlay on overlay' | 'network file system' | 'not known';
  /** In the daemon's words. */
  warnings: string[];
};

export const driverFallback = defineRule<Fallback>({
  id: 'driver-fallback',
  needsPast: false,
  basis: ['docs.docker.com/engine/storage/drivers/select-storage-driver', 'kernel filesystems/overlayfs.rst'],
  wasSeen: false,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<Fallback> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    for (const daemon of inventory.docker.daemons) {
      if (daemon.storageDriver === null || daemon.warnings === null) {
        answer.cannotTell.push({ subject: daemon.key, missing: 'docker-socket' });
      }
      const finding = findingOf(inventory, daemon);
      if (finding !== null) answer.findings.push({ ...finding, storeKey: storeKeyOf(snapshot, daemon) });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { client, driver, isCopying } = evidence;
    const info = clientLine(client, 'info', '--format', '{{.Driver}} {{json .DriverStatus}} {{json .Warnings}}');
    return [
      ...(info === null
        ? []
        : [look(info, 'The driver, and what the daemon says of it.', '当前驱动，以及守护进程对它的说明。')]),
      logOf(evidence),
      causeOf(evidence),
      precondition(
        `Another driver does not see images and containers of ${driver ?? 'this one'}: push or save what is needed first. Volumes stay.`,
        `换用其他驱动后，将看不到 ${driver ?? '当前驱动'} 的镜像和容器：请先推送或保存所需内容。卷会保留。`,
      ),
      edit(
        '{ "storage-driver": "overlay2" }\n',
        'In daemon.json. With it the daemon does not start rather than fall back, and says why.',
        '写入 daemon.json。这样守护进程宁可不启动并说明原因，也不会悄悄退回。',
      ),
      restartOf(evidence),
      expectAfter(
        isCopying ? 'overlay2, or the containerd snapshotter overlayfs.' : 'The warning is gone.',
        isCopying ? '显示 overlay2，或 containerd 的 overlayfs。' : '警告消失。',
        info,
      ),
    ];
  },
  text,
  // fixtures incident2-overlay-leak with the driver edited to vfs.
  example: {
    ...{ daemon: '/srv/lab/run/e/docker.sock', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
    ...{ unit: null, container: null, driver: 'vfs', isCopying: true, fileSystemType: 'ext4', reason: 'not known' },
    warnings: [],
  },
});

function findingOf(inventory: Inventory, daemon: DockerDaemon): Omit<Finding<Fallback>, 'rule' | 'storeKey'> | null {
  const { storageDriver: driver, dataRootMount, key } = daemon;
  const isCopying = driver !== null && COPYING.includes(driver);
  const warnings = (daemon.warnings ?? []).filter((warning) => STORAGE_WARNING.test(warning));
  if (!isCopying && warnings.length === 0) return null;
  const isOverlay = dataRootMount?.type === 'overlay' || dataRootMount?.type === 'fuse.fuse-overlayfs';
  return {
    subject: key,
    severity: isCopying ? 'warning' : 'notice',
    evidence: {
      ...{ daemon: daemonName(daemon), client: clientOf(inventory, daemon), unit: unitOf(daemon), driver, isCopying },
      ...{ container: containerPlace(inventory, daemon.nestedInContainerId) },
      fileSystemType: dataRootMount?.type ?? null,
      reason: isOverlay
        ? 'overlay on overlay'
        : dataRootMount?.isNetwork === true
          ? 'network file system'
          : 'not known',
      warnings: warnings.slice(0, MAX_WARNINGS),
    },
  };
}

function logOf({ container, unit }: Fallback): RemedyStep {
  const inContainer = clientLine(container?.client ?? null, 'logs', container?.id ?? '');
  const log =
    inContainer === null
      ? shellLine('journalctl', '--no-pager', '--boot', `--unit=${unit ?? 'docker.service'}`)
      : `${inContainer} 2>&1`;
  return look(
    `${log} | grep -iE 'graphdriver|storage.driver|snapshotter|overlay|prior'`,
    'The daemon tells which drivers it tried, and why it passed each of them over.',
    '守护进程会写明尝试过哪些驱动，以及跳过每一个的原因。',
  );
}

function causeOf({ reason, fileSystemType }: Fallback): RemedyStep {
  if (reason === 'overlay on overlay') {
    return precondition(
      'The data root lies in the layer of a container, and overlay cannot lie on overlay: give it a volume first.',
      '数据目录位于容器的层中，而 overlay 不能叠在 overlay 上：请先为它提供一个卷。',
    );
  }
  if (reason === 'network file system') {
    return precondition(
      `The data root lies on ${fileSystemType}, which overlay cannot write to: move it to a local disk first.`,
      `数据目录位于 ${fileSystemType}，overlay 无法在其上写入：请先移到本地磁盘。`,
    );
  }
  return precondition(
    'Cure what the log names: a missing kernel module overlay, an xfs that was made with ftype=0, or "vfs" in daemon.json.',
    '按日志中的原因处理：缺少 overlay 内核模块、以 ftype=0 创建的 xfs，或 daemon.json 中写了 “vfs”。',
    'modprobe --dry-run --verbose overlay',
  );
}

function restartOf({ unit, container }: Fallback): RemedyStep {
  const line = clientLine(container?.client ?? null, 'restart', container?.id ?? '') ?? restartUnit(unit);
  if (line === null) return precondition('Start the daemon again.', '重新启动守护进程。');
  return run(line, 'Takes a window: its containers stop.', '其上的容器会停止：请安排窗口。');
}
