import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { ThinLost } from './rule.ts';

export const text: Record<Language, RuleText<ThinLost>> = {
  en: {
    name: 'A thin pool was emptied under its name',
    title: ({ poolName }) => `${poolName}: the thin pool is empty, and was not a day before`,
    seen: ({ usedBeforeBytes }) =>
      `${formatBytes(usedBeforeBytes)} were used a day before it was found empty; now 0 B are, under the same name.`,
    why: () =>
      'A metadata device whose first block is blank is formatted by the kernel without a word. The data is still on the disk, but nothing knows where, and each new write goes over it.',
  },
  'zh-CN': {
    name: '精简池在原名下被清空',
    title: ({ poolName }) => `${poolName}：精简池现在是空的，此前一天并不是`,
    seen: ({ usedBeforeBytes }) => `发现为空的前一天已用 ${formatBytes(usedBeforeBytes)}，如今同名的池已用 0 B。`,
    why: () =>
      '若元数据设备的首块为空白，内核会一声不响地将其格式化。数据仍在磁盘上，但已无从查找位置，每次新的写入都会覆盖它。',
  },
};
