import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { countText, daysText } from '../store-fill.ts';
import type { FsDate } from './rule.ts';

const amount = (resource: FsDate['resource'], value: number): string =>
  resource === 'space' ? formatBytes(value) : countText(Math.round(value));

export const text: Record<Language, RuleText<FsDate>> = {
  en: {
    name: 'File system fills soon',
    title: ({ mountPoint, resource, daysLeft }) =>
      `${mountPoint}: ${resource === 'space' ? 'full' : 'out of inodes'} in about ${daysText(daysLeft)} days`,
    seen: ({ resource, used, capacity, growthPerDay, daysLeft, daysLeftP10 }) =>
      [
        `${amount(resource, used)} of ${amount(resource, capacity)}${resource === 'space' ? '' : ' inodes'} is used`,
        growthPerDay === null ? '' : `, ${amount(resource, growthPerDay)} more a day`,
        `. It lasts about ${daysText(daysLeft)} days, nine times of ten more than ${daysText(daysLeftP10)}.`,
      ].join(''),
    why: ({ resource }) =>
      resource === 'space'
        ? 'df looks harmless today, but at this rate every write fails soon.'
        : 'At this rate no file can be made soon, whatever space is free.',
  },
  'zh-CN': {
    name: '文件系统即将写满',
    title: ({ mountPoint, resource, daysLeft }) =>
      `${mountPoint}：约 ${daysText(daysLeft)} 天后${resource === 'space' ? '写满' : ' inode 用尽'}`,
    seen: ({ resource, used, capacity, growthPerDay, daysLeft, daysLeftP10 }) =>
      [
        `${resource === 'space' ? '' : 'inode '}共 ${amount(resource, capacity)}，已用 ${amount(resource, used)}`,
        growthPerDay === null ? '' : `，每天增加 ${amount(resource, growthPerDay)}`,
        `。大约还能用 ${daysText(daysLeft)} 天，九成可能不少于 ${daysText(daysLeftP10)} 天。`,
      ].join(''),
    why: ({ resource }) =>
      resource === 'space'
        ? '今天的 df 看起来没问题，但照这个速度，很快所有写入都会失败。'
        : '照这个速度，很快将无法新建任何文件，不论还有多少空闲空间。',
  },
};
