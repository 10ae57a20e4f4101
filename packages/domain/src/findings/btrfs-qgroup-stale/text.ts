import type { Language, RuleText } from '../rule.ts';
import type { StaleQgroups } from './rule.ts';

export const text: Record<Language, RuleText<StaleQgroups>> = {
  en: {
    name: 'Quota groups of deleted subvolumes',
    title: ({ mountPoint, staleCount }) =>
      `${mountPoint}: ${staleCount === 1 ? 'a quota group' : `${staleCount} quota groups`} without a subvolume`,
    seen: ({ staleCount, isInconsistent }) =>
      `${staleCount === 1 ? 'The subvolume of one group is' : `The subvolumes of ${staleCount} groups are`} gone.${isInconsistent === true ? ' The counts of all groups are due for a rescan.' : ''}`,
    why: () =>
      'Docker makes and deletes a subvolume for each container, and its quota group stays. Each balance, snapshot and deletion goes through all of them and takes longer and longer.',
  },
  'zh-CN': {
    name: '已删除子卷的配额组',
    title: ({ mountPoint, staleCount }) => `${mountPoint}：${staleCount} 个配额组没有对应的子卷`,
    seen: ({ staleCount, isInconsistent }) =>
      `${staleCount} 个配额组的子卷已不存在。${isInconsistent === true ? '所有配额组的统计都需要重新扫描。' : ''}`,
    why: () =>
      'Docker 为每个容器创建并删除子卷，而配额组留了下来。每次 balance、快照和删除都要遍历全部配额组，会越来越慢。',
  },
};
