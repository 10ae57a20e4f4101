import type { Language, RuleText } from '../rule.ts';
import type { ThinNoAutoextend } from './rule.ts';

export const text: Record<Language, RuleText<ThinNoAutoextend>> = {
  en: {
    name: 'A thin pool is never enlarged by itself',
    title: ({ poolName }) => `${poolName}: LVM does not enlarge this thin pool when it fills`,
    seen: ({ configuredThresholdPercent, profile }) =>
      `Its low-water mark is 0, so nothing happens at any fill.${configuredThresholdPercent === null ? '' : ` lvm.conf has a threshold of ${configuredThresholdPercent} %.`}${profile === null ? '' : ` It has the profile ${profile}.`}`,
    why: () =>
      'This is LVM\'s default, and "monitored" in lvs alone says nothing. A full pool stops all of its volumes, at night too.',
  },
  'zh-CN': {
    name: '精简池不会自动扩容',
    title: ({ poolName }) => `${poolName}：将满时 LVM 不会扩大该精简池`,
    seen: ({ configuredThresholdPercent, profile }) =>
      `其低水位标记为 0，无论用到多少都不会有动作。${configuredThresholdPercent === null ? '' : `lvm.conf 中的阈值为 ${configuredThresholdPercent}%。`}${profile === null ? '' : `它使用配置档 ${profile}。`}`,
    why: () => '这是 LVM 的默认设置，lvs 显示 “monitored” 并不说明问题。池一满，其中所有卷都会停摆，半夜也不例外。',
  },
};
