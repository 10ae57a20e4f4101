import { fillFor, growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy } from '../promise.ts';
import { defineRule, type RemedyStep, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { isSilent, type Pool, type PoolNames, poolsOf } from '../thin-pools.ts';
import { operand, statusLine, unitLine } from '../thin-steps.ts';
import { mountsIn, type PoolMounts, trimSteps } from '../thin-trim.ts';
import { text } from './text.ts';

const ID = 'dm-no-discard';
/** What the loop file keeps beyond the pool's used blocks: of the pool's size, and times what is used. */
const MIN_SLACK_SHARE = 0.1;
const MIN_TIMES = 2;

export type DmNoDiscard = PoolNames &
  PoolMounts & {
    /** `ignored`: nothing deleted ever comes back. `not-passed-down`: to the pool, not to the file. `not-done`: file ≫ pool. */
    discard: 'ignored' | 'not-passed-down' | 'not-done';
    usedBytes: number;
    /** Of the loop file; null = none, or not read. */
    allocatedBytes: number | null;
  };

export const dmNoDiscard = defineRule<DmNoDiscard>({
  id: ID,
  needsPast: false,
  basis: ['moby/moby#18867', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<DmNoDiscard> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, facts, read } = pool;
      if (isSilent(pool)) continue;
      const usedBytes = read('poolDataUsedBytes');
      if (facts.words === null || usedBytes === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      const allocatedBytes = store.loop === null ? null : read('backingAllocatedBytes');
      const discard = discardOf(pool, standingOf(input, ID, store.key));
      if (discard === 'not read') answer.cannotTell.push({ subject: store.key, missing: 'data-root' });
      if (discard === 'not read' || discard === null) continue;
      const severity: Severity = discard === 'ignored' ? 'warning' : 'notice';
      const evidence = { ...names, discard, usedBytes, allocatedBytes, ...mountsIn(pool, input) };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    look(
      statusLine(evidence.dmName),
      'The word in question is discard_passdown, no_discard_passdown or ignore_discard.',
      '相关的词是 discard_passdown、no_discard_passdown 或 ignore_discard。',
    ),
    ...(evidence.loopFile === null
      ? []
      : [look(shellLine('du', '-h', evidence.loopFile), 'What the file takes.', '该文件的实际占用。')]),
    ...(evidence.discard === 'not-done' ? [] : passDownSteps(evidence)),
    ...trimSteps(evidence),
    expectAfter('The used data blocks fall.', '已用数据块下降。', statusLine(evidence.dmName)),
  ],
  promise: ({ allocatedBytes, usedBytes }) =>
    allocatedBytes === null ? null : fallsBy(allocatedBytes - usedBytes, 'backingAllocatedBytes'),
  text,
  // The pool of fixtures/thin-pool/dm-thin-vm, with the words and the file of incident/container_full, row 46.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ discard: 'not-passed-down', usedBytes: 13_107_200, allocatedBytes: 222_691_328, daemonPid: 90 },
    containerMounts: [
      '/var/lib/docker/devicemapper/mnt/cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e',
      '/var/lib/docker/devicemapper/mnt/d51bd3accae111bb7035f63b54a7720172858fa0ffff87c2396ff08b6d1f9bcf',
      '/var/lib/docker/devicemapper/mnt/e02105838a4ced7637bd9c82f683b6a4d5553458dfe8ff2f3662c772937c203e',
    ],
    hostMounts: [],
  },
});

/** null = all is well. Without a loop file beneath, a pool that passes nothing down still gets its own blocks back. */
function discardOf(
  { store, facts, read }: Pool,
  standing: StandingFinding | null,
): DmNoDiscard['discard'] | 'not read' | null {
  if (facts.words?.includes('ignore_discard')) return 'ignored';
  if (store.loop === null) return null;
  if (facts.words?.includes('no_discard_passdown')) return 'not-passed-down';
  const [allocated, used] = [read('backingAllocatedBytes'), read('poolDataUsedBytes')];
  const capacity = read('poolDataCapacityBytes');
  if (allocated === null || used === null || capacity === null) return 'not read';
  const isMuch = allocated - used > fillFor(standing, 'notice', MIN_SLACK_SHARE) * capacity;
  return isMuch && allocated > growthFor(standing, 'notice', MIN_TIMES) * used ? 'not-done' : null;
}

/** lvchange(8): from and to `ignore` a pool changes while it is not active. Docker passes discards down by default. */
function passDownSteps({ poolName, groupName, isDocker, dockerUnit, discard }: DmNoDiscard): RemedyStep[] {
  if (groupName === null && !isDocker) return [PASS_DOWN_OTHER];
  if (groupName === null) {
    return [
      edit(
        '"storage-opts": ["dm.blkdiscard=true", "dm.mountopt=discard"]',
        'In /etc/docker/daemon.json, beside what storage-opts has already.',
        '写入 /etc/docker/daemon.json，保留 storage-opts 中已有的内容。',
      ),
      run(
        unitLine('restart', dockerUnit),
        'In a window: containers stop. With live-restore on, stop them first: the pool is made anew only when nothing uses it.',
        '请在维护窗口执行：容器会停止。若启用了 live-restore，请先停止容器：只有无人使用时存储池才会重建。',
      ),
    ];
  }
  const offline = precondition(
    'The pool and its volumes are not active: LVM changes this setting offline only.',
    '存储池及其卷未激活：LVM 只能离线更改此设置。',
  );
  return [
    ...(discard === 'ignored' ? [offline] : []),
    run(
      shellLine('lvchange', '--discards', 'passdown', ...operand(poolName)),
      'From now on deleted blocks go back.',
      '此后已删除的块会被归还。',
    ),
  ];
}

const PASS_DOWN_OTHER: RemedyStep = {
  ...{ kind: 'run', command: null, isDestructive: false },
  note: {
    en: "Load the pool's table again without the words ignore_discard and no_discard_passdown, as whoever made the pool does it.",
    'zh-CN': '按创建该存储池的方式，从表中去掉 ignore_discard 和 no_discard_passdown 后重新加载。',
  },
};
