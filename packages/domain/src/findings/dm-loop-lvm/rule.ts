import { defineRule, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { type PoolNames, poolsOf } from '../thin-pools.ts';
import { dockerLine, statusLine, unitLine } from '../thin-steps.ts';
import { text } from './text.ts';

/** Major number of loop devices (kernel, admin-guide/devices.txt). */
const LOOP_MAJOR = '7:';

export type DmLoopLvm = PoolNames & {
  /** `7:0`; null = its table was not read. */
  dataDevice: string | null;
  dockerVersion: string | null;
};

export const dmLoopLvm = defineRule<DmLoopLvm>({
  id: 'dm-loop-lvm',
  needsPast: false,
  basis: ['moby/moby#3182', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<DmLoopLvm> = { findings: [], cannotTell: [] };
    for (const { store, names, facts, daemon } of poolsOf(input)) {
      const { dataDevice } = facts;
      if (store.loop === null && dataDevice === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
      }
      if (store.loop === null && !(dataDevice?.startsWith(LOOP_MAJOR) ?? false)) continue;
      const evidence = { ...names, dataDevice, dockerVersion: daemon?.version ?? null };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'notice', evidence });
    }
    return answer;
  },
  remedy: (evidence) => (evidence.isDocker ? moveSteps(evidence) : [MOVE_OTHER, expectOther(evidence)]),
  text,
  // fixtures/thin-pool/dm-thin-vm, step B02.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ dataDevice: '7:0', dockerVersion: '20.10.24+dfsg1' },
  },
});

const moveSteps = ({ dockerSocket, dockerUnit, loopFile }: DmLoopLvm): RemedyStep[] => [
  look(
    dockerLine(dockerSocket, 'info'),
    'Storage Driver is devicemapper, and a data loop file is named.',
    'Storage Driver 为 devicemapper，并列出 Data loop file。',
  ),
  look(
    dockerLine(dockerSocket, 'ps', '-a', '--size', '--no-trunc'),
    'What each container has written. Images and containers of this driver are not there under another one.',
    '查看每个容器写了多少。换驱动后，原驱动下的镜像和容器都不可见。',
  ),
  precondition(
    'Everything that is to stay is saved: images by docker save or in a registry, data of containers by docker cp or in volumes. Volumes stay as they are.',
    '要保留的都已保存：镜像用 docker save 或推送到仓库，容器内数据用 docker cp 或放入卷。卷不受影响。',
  ),
  edit(
    '"storage-driver": "overlay2"',
    'In /etc/docker/daemon.json, without the dm.* words of storage-opts. On ext4, or on XFS made with ftype=1.',
    '写入 /etc/docker/daemon.json，并去掉 storage-opts 中的 dm.* 选项。适用于 ext4 或以 ftype=1 创建的 XFS。',
  ),
  run(
    unitLine('restart', dockerUnit),
    'In a window: all containers stop, and are to be made again.',
    '请在维护窗口执行：所有容器会停止，需要重新创建。',
  ),
  expectAfter('Storage Driver is overlay2.', 'Storage Driver 为 overlay2。', dockerLine(dockerSocket, 'info')),
  ...(loopFile === null
    ? []
    : [
        look(
          shellLine('du', '-h', loopFile),
          'Still there, and the way back. Remove it only weeks later, when nobody misses anything.',
          '旧数据仍在，可以退回。几周后确认无人缺少什么，再删除它。',
        ),
      ]),
];

const MOVE_OTHER: RemedyStep = {
  ...{ kind: 'run', command: null, isDestructive: false },
  note: {
    en: 'Make a pool on real devices, copy the file systems over, and use that one.',
    'zh-CN': '在真实设备上新建存储池，把文件系统复制过去，然后改用新池。',
  },
};

const expectOther = ({ dmName }: DmLoopLvm): RemedyStep =>
  expectAfter('The pool on the loop file is gone.', 'loop 文件上的存储池已不存在。', statusLine(dmName));
