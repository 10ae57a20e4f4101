import type { Language, RuleText } from '../rule.ts';
import type { CleanerBehind } from './rule.ts';

export const text: Record<Language, RuleText<CleanerBehind>> = {
  en: {
    name: 'Deleted subvolumes are not yet cleaned',
    title: ({ mountPoint, uncleanedCount }) => `${mountPoint}: ${uncleanedCount} deleted subvolumes still hold space`,
    seen: ({ uncleanedCount, operation, isReadOnly }) =>
      `${uncleanedCount} subvolumes are deleted and not yet cleaned.${operation === null ? '' : ` Meanwhile this runs: ${operation}.`}${isReadOnly ? ' The file system is read-only, so that nothing is cleaned.' : ''}`,
    why: () =>
      'btrfs gives the space of a deleted subvolume back in the background. Until then df shows it as used: do not delete more for want of it.',
  },
  'zh-CN': {
    name: '已删除的子卷尚未清理',
    title: ({ mountPoint, uncleanedCount }) => `${mountPoint}：${uncleanedCount} 个已删除的子卷仍占用空间`,
    seen: ({ uncleanedCount, operation, isReadOnly }) =>
      `${uncleanedCount} 个子卷已删除但尚未清理。${operation === null ? '' : `当前正在进行：${operation}。`}${isReadOnly ? '文件系统为只读，清理无法进行。' : ''}`,
    why: () => 'btrfs 在后台逐步释放已删除子卷的空间。在此之前 df 仍显示为已用：不必因此再删别的东西。',
  },
};
