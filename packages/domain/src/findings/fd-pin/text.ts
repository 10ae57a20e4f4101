import { formatBytes } from '../../units.ts';
import { holderWords } from '../holders.ts';
import type { Language, RuleText } from '../rule.ts';
import type { PinnedFiles } from './rule.ts';

function holdersOf({ holders, holderCount }: PinnedFiles, language: Language): string {
  const more = holderCount - holders.length;
  const words = holders.map((holder) => holderWords(holder)[language]);
  if (language === 'en') return [...words, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `${words.join('、')}${more > 0 ? ` 等另外 ${more} 个进程` : ''}`;
}

export const text: Record<Language, RuleText<PinnedFiles>> = {
  en: {
    name: 'Deleted files held open',
    title: ({ heldBy, allocatedBytes }) => `${heldBy}: holds ${formatBytes(allocatedBytes)} of deleted files`,
    seen: (evidence) =>
      `${evidence.fileCount} ${evidence.fileCount === 1 ? 'file' : 'files'} without a name, ${formatBytes(evidence.allocatedBytes)} on disk, such as ${evidence.files[0]?.path}. Held open by ${holdersOf(evidence, 'en')}, on an overlay that is mounted nowhere.`,
    why: () =>
      'The container is gone, yet its space is not back: a file that a process has open lives until the process closes it. No docker prune and no du finds it.',
  },
  'zh-CN': {
    name: '已删除的文件仍被打开',
    title: ({ heldBy, allocatedBytes }) => `${heldBy}：占着 ${formatBytes(allocatedBytes)} 已删除的文件`,
    seen: (evidence) =>
      `${evidence.fileCount} 个没有文件名的文件，共占用磁盘 ${formatBytes(evidence.allocatedBytes)}，例如 ${evidence.files[0]?.path}。由 ${holdersOf(evidence, 'zh-CN')} 打开着，所在的 overlay 已不再被挂载。`,
    why: () => '容器已删除，空间却没有释放：进程打开的文件在关闭之前一直存在，docker prune 和 du 都找不到它。',
  },
};
