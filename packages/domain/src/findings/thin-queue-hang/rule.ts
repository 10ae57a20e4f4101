import { findBlockDevice } from '../../inventory/block.ts';
import { firstByName } from '../evidence-size.ts';
import { fillFor, standingOf } from '../hysteresis.ts';
import {
  defineRule,
  type FindingInput,
  type MissingFact,
  type RemedyStep,
  type RuleAnswer,
  type Severity,
} from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import {
  hasRoomToExtend,
  isOutOfSpace,
  isSilent,
  POOL_NOTICE_FILL,
  type Pool,
  type PoolNames,
  poolsOf,
  untoldOfSilent,
} from '../thin-pools.ts';
import { operand, statusLine, unitLine } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-queue-hang';
const MAX_XFS = 16;

export type ThinQueueHang = PoolNames & {
  /** XFS on the pool's devices: mount points, or `containers` of Docker; the first ones. */
  xfs: string[];
  leftOutCount: number;
  usedBytes: number;
  capacityBytes: number;
};

export const thinQueueHang = defineRule<ThinQueueHang>({
  id: ID,
  needsPast: false,
  basis: ['moby/moby#20707', 'dockerd(8), dm.xfs_nospace_max_retries'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<ThinQueueHang> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      const standing = standingOf(input, ID, store.key);
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standing, store.key));
      if (isSilent(pool) || (isOutOfSpace(pool) && standing === null)) continue;
      const [usedBytes, capacityBytes] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
      if (facts.words === null || usedBytes === null || capacityBytes === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      if (!facts.words.includes('queue_if_no_space')) continue;
      const xfs = xfsOn(pool, input);
      const hasRoom = hasRoomToExtend(pool, input);
      const missing: MissingFact | null = xfs === null ? 'sysfs' : xfs.length > 0 && hasRoom === null ? 'lvm' : null;
      if (missing !== null) answer.cannotTell.push({ subject: store.key, missing });
      if (xfs === null || xfs.length === 0 || hasRoom !== false) continue;
      const isFull = usedBytes >= fillFor(standing, 'warning', POOL_NOTICE_FILL) * capacityBytes;
      const severity: Severity = isFull ? 'warning' : 'notice';
      const { shown, leftOutCount } = firstByName(xfs, MAX_XFS);
      const evidence = { ...names, xfs: shown, leftOutCount, usedBytes, capacityBytes };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ poolName, dmName, groupName, isDocker, dockerUnit }) => [
    look(statusLine(dmName), 'Has the word queue_if_no_space.', '其中有 queue_if_no_space 一词。'),
    precondition(
      'Either keep room for it to grow, or have it fail at once, which programs can handle.',
      '要么为它留出增长空间，要么让它立即报错，程序能够处理报错。',
    ),
    ...(groupName === null && !isDocker ? [ERROR_OTHER] : []),
    ...(groupName === null && isDocker
      ? [
          edit(
            '"storage-opts": ["dm.xfs_nospace_max_retries=0"]',
            "In Docker's /etc/docker/daemon.json, beside what storage-opts has already: XFS gives up instead of retrying for ever.",
            '写入 Docker 的 /etc/docker/daemon.json，保留 storage-opts 中已有的内容：XFS 会放弃，而不是无限重试。',
          ),
          run(
            unitLine('restart', dockerUnit),
            'In a window: containers stop, unless live-restore is on.',
            '请在维护窗口执行：除非启用了 live-restore，否则容器会停止。',
          ),
        ]
      : []),
    ...(groupName === null
      ? []
      : [
          run(
            shellLine('lvchange', '--errorwhenfull', 'y', ...operand(poolName)),
            'Has writes fail at once when the pool is full. Works on a pool in use.',
            '池满时让写入立即失败。可在使用中的池上执行。',
          ),
        ]),
    groupName === null && isDocker
      ? expectAfter(
          'Docker runs again, and its log has no complaint of the option.',
          'Docker 重新运行，日志中没有对该选项的报错。',
          unitLine('status', dockerUnit),
        )
      : expectAfter('Has the word error_if_no_space.', '出现 error_if_no_space 一词。', statusLine(dmName)),
  ],
  text,
  // fixtures/thin-pool/lvm, whose df.txt has XFS on vol1.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ xfs: ['/mnt/lv1'], leftOutCount: 0, usedBytes: 470_482_944, capacityBytes: 4_294_967_296 },
  },
});

const ERROR_OTHER: RemedyStep = {
  ...{ kind: 'run', command: null, isDestructive: false },
  note: {
    en: "Load the pool's table again with the word error_if_no_space, as whoever made the pool does it.",
    'zh-CN': '按创建该存储池的方式，在表中加入 error_if_no_space 后重新加载。',
  },
};

/** null = not known which devices the file systems lie on. */
function xfsOn({ names, daemon }: Pool, { snapshot, inventory }: FindingInput): string[] | null {
  const [devices, thin] = [inventory?.devices ?? null, inventory?.thin ?? null];
  if (devices === null || thin === null) return null;
  const own = new Set(thin.devices.filter(({ poolDmName }) => poolDmName === names.dmName).map(({ device }) => device));
  const mounted = snapshot.layout.stores.filter(({ fileSystemType, device }) => {
    const found = fileSystemType === 'xfs' && device !== null ? findBlockDevice(devices, device) : null;
    return found !== null && found.device !== null && own.has(found.device);
  });
  const backing = daemon?.driverStatus?.find(({ name }) => name === 'Backing Filesystem')?.value;
  return [...mounted.map(({ name }) => name), ...(backing === 'xfs' ? ['containers'] : [])];
}
