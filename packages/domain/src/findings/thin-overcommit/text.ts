import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText, percentText, percentTextZh } from '../thin-pools.ts';
import type { ThinOvercommit } from './rule.ts';

export const text: Record<Language, RuleText<ThinOvercommit>> = {
  en: {
    name: 'A thin pool has promised more than it has, and fills',
    title: ({ poolName, ratio }) => `${poolName}: the thin pool has promised ${ratio.toFixed(1)} times what it has`,
    seen: ({ ratio, usedBytes, capacityBytes, daysLeft }) =>
      `Its devices may grow to ${formatBytes(ratio * capacityBytes)}; the pool has ${formatBytes(capacityBytes)}, of which ${percentText(usedBytes, capacityBytes)} are used.${daysLeft === null ? '' : ` At this rate it is full in ${daysText(daysLeft)} days.`}`,
    why: () =>
      'Over-commitment is fine while somebody adds room in time. The devices do not know of it: each shows room of its own until all of them stop together.',
  },
  'zh-CN': {
    name: '精简池超额分配且正在变满',
    title: ({ poolName, ratio }) => `${poolName}：精简池许诺的空间是实际的 ${ratio.toFixed(1)} 倍`,
    seen: ({ ratio, usedBytes, capacityBytes, daysLeft }) =>
      `其中的设备最多可增长到 ${formatBytes(ratio * capacityBytes)}，而池只有 ${formatBytes(capacityBytes)}，已用 ${percentTextZh(usedBytes, capacityBytes)}。${daysLeft === null ? '' : `按目前的速度，${daysText(daysLeft)} 天后写满。`}`,
    why: () => '只要有人及时增加空间，超额分配没有问题。但设备并不知情：各自都显示有空间，直到一起停摆。',
  },
};
