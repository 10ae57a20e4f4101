import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { UnattributedGrowth } from './rule.ts';

export const text: Record<Language, RuleText<UnattributedGrowth>> = {
  en: {
    name: 'Growth that nothing explains',
    title: ({ mountPoint, growthBytesPerDay }) =>
      `${mountPoint}: ${formatBytes(growthBytesPerDay)} a day that no known item holds`,
    seen: ({ unattributedBytes, growthBytesPerDay, freeBytes }) =>
      `${formatBytes(unattributedBytes)} belong to no container, image, volume, build cache or subvolume that is known, and it grows by ${formatBytes(growthBytesPerDay)} a day.${freeBytes === null ? '' : ` ${formatBytes(freeBytes)} are free.`}`,
    why: () =>
      'Images and containers stay as they are, and the disk fills all the same: orphaned layers, snapshots, deleted files that are still open, or files beside Docker.',
  },
  'zh-CN': {
    name: '原因不明的增长',
    title: ({ mountPoint, growthBytesPerDay }) =>
      `${mountPoint}：每天增长 ${formatBytes(growthBytesPerDay)}，不属于任何已知对象`,
    seen: ({ unattributedBytes, growthBytesPerDay, freeBytes }) =>
      `有 ${formatBytes(unattributedBytes)} 不属于任何已知的容器、镜像、卷、构建缓存或子卷，且每天增长 ${formatBytes(growthBytesPerDay)}。${freeBytes === null ? '' : `剩余空间 ${formatBytes(freeBytes)}。`}`,
    why: () =>
      '镜像和容器没有变化，磁盘却越来越满：可能是孤立的镜像层、快照、已删除但仍打开的文件，或 Docker 之外的文件。',
  },
};
