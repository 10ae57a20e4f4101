import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { countText, daysText, percentText } from '../store-fill.ts';
import type { InodesLow } from './rule.ts';

export const text: Record<Language, RuleText<InodesLow>> = {
  en: {
    name: 'Inodes run out',
    title: ({ mountPoint, usedInodes, capacityInodes }) =>
      `${mountPoint}: ${percentText(usedInodes / capacityInodes)} of its inodes are used`,
    seen: ({ usedInodes, capacityInodes, freeBytes, daysLeft }) =>
      [
        `${countText(usedInodes)} of ${countText(capacityInodes)} inodes are used, ${countText(capacityInodes - usedInodes)} are free.`,
        freeBytes === null ? '' : ` ${formatBytes(freeBytes)} of space is free.`,
        daysLeft === null ? '' : ` They last about ${daysText(daysLeft)} days.`,
      ].join(''),
    why: () =>
      'Every file takes an inode. Without one no file can be made: "No space left on device", though df shows free space.',
  },
  'zh-CN': {
    name: 'inode 即将用尽',
    title: ({ mountPoint, usedInodes, capacityInodes }) =>
      `${mountPoint}：inode 已使用 ${percentText(usedInodes / capacityInodes)}`,
    seen: ({ usedInodes, capacityInodes, freeBytes, daysLeft }) =>
      [
        `共 ${countText(capacityInodes)} 个 inode，已用 ${countText(usedInodes)} 个，剩余 ${countText(capacityInodes - usedInodes)} 个。`,
        freeBytes === null ? '' : `磁盘空间还剩 ${formatBytes(freeBytes)}。`,
        daysLeft === null ? '' : `按目前的速度，大约还能用 ${daysText(daysLeft)} 天。`,
      ].join(''),
    why: () =>
      '每个文件都要占用一个 inode。用尽之后无法再新建文件，会报 “No space left on device”，尽管 df 仍显示有空间。',
  },
};
