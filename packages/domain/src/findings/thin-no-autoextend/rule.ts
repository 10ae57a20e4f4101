import { defineRule, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, run } from '../steps.ts';
import { type PoolNames, poolsOf } from '../thin-pools.ts';
import { operand, tableLine } from '../thin-steps.ts';
import { text } from './text.ts';

const OFF_PERCENT = 100;
const LVM_CONF = 'activation {\n    thin_pool_autoextend_threshold = 70\n    thin_pool_autoextend_percent = 20\n}';

export type ThinNoAutoextend = PoolNames & {
  /** Of lvm.conf; null = not read. */
  configuredThresholdPercent: number | null;
  /** LVM profile of the pool, which goes before lvm.conf; null = none, or not read. */
  profile: string | null;
};

export const thinNoAutoextend = defineRule<ThinNoAutoextend>({
  id: 'thin-no-autoextend',
  needsPast: false,
  basis: ['lvmthin(7)', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinNoAutoextend> = { findings: [], cannotTell: [] };
    const lvm = input.inventory?.thin?.lvm ?? null;
    for (const { store, names, facts, item } of poolsOf(input)) {
      if (names.groupName === null) continue;
      const threshold = item?.autoextendThresholdPercent ?? null;
      if (facts.lowWaterBlocks === null) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      if (facts.lowWaterBlocks > 0 && threshold !== OFF_PERCENT) continue;
      const profile = lvm?.pools.find(({ name }) => name === names.poolName)?.profile ?? null;
      const configuredThresholdPercent = lvm?.autoextend?.thresholdPercent ?? null;
      const evidence = { ...names, configuredThresholdPercent, profile };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity: 'notice', evidence });
    }
    return answer;
  },
  remedy: ({ poolName, dmName, groupName, configuredThresholdPercent }) => [
    look(
      shellLine('lvmconfig', '--type', 'full', 'activation/thin_pool_autoextend_threshold'),
      '100 means never.',
      '100 表示从不。',
    ),
    look(
      shellLine('vgs', '-o', 'vg_name,vg_size,vg_free', ...operand(groupName ?? poolName)),
      'Without room in the group the setting is an empty promise.',
      '卷组没有空间时，这项设置只是空头承诺。',
    ),
    ...(configuredThresholdPercent !== null && configuredThresholdPercent < OFF_PERCENT
      ? []
      : [
          edit(
            LVM_CONF,
            'In /etc/lvm/lvm.conf: at 70 % the pool is enlarged by 20 %.',
            '写入 /etc/lvm/lvm.conf：用到 70% 时扩大 20%。',
          ),
        ]),
    run(
      shellLine('lvchange', '--monitor', 'y', ...operand(poolName)),
      'Has dmeventd watch the pool.',
      '让 dmeventd 监视该池。',
    ),
    run(
      shellLine('lvchange', '--refresh', ...operand(poolName)),
      'Puts the low-water mark into the running pool.',
      '把低水位标记写入运行中的池。',
    ),
    expectAfter(
      'The number behind the block size, the low-water mark, is not 0 any more.',
      '块大小之后的数字（低水位标记）不再是 0。',
      tableLine(dmName),
    ),
  ],
  text,
  // fixtures/thin-pool/lvm.
  example: {
    ...{ poolName: 'docker/thinpool', dmName: 'docker-thinpool-tpool', groupName: 'docker' },
    isDocker: false,
    ...{ dockerSocket: null, dockerUnit: null, loopFile: null },
    ...{ configuredThresholdPercent: 100, profile: null },
  },
});
