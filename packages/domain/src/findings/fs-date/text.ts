import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { countText, daysText } from '../store-fill.ts';
import type { FsDate } from './rule.ts';

const amount = (resource: FsDate['resource'], value: number): string =>
  resource !== 'inodes' ? formatBytes(value) : countText(Math.round(value));

const FULL_EN = { space: 'full', inodes: 'out of inodes', btrfsData: 'no room for data' } as const;
const FULL_ZH = { space: '写满', inodes: ' inode 用尽', btrfsData: '数据写满' } as const;
const USED_EN = { space: '', inodes: ' inodes', btrfsData: ' that data can have' } as const;
const USED_ZH = { space: '', inodes: 'inode ', btrfsData: '数据' } as const;

export const text: Record<Language, RuleText<FsDate>> = {
  en: {
    name: 'File system fills soon',
    title: ({ mountPoint, resource, daysLeft }) =>
      `${mountPoint}: ${FULL_EN[resource]} in about ${daysText(daysLeft)} days`,
    seen: ({ resource, used, capacity, growthPerDay, daysLeft, daysLeftP10 }) =>
      [
        `${amount(resource, used)} of ${amount(resource, capacity)}${USED_EN[resource]} is used`,
        growthPerDay === null ? '' : `, ${amount(resource, growthPerDay)} more a day`,
        `. It lasts about ${daysText(daysLeft)} days, nine times of ten more than ${daysText(daysLeftP10)}.`,
      ].join(''),
    why: ({ resource }) =>
      resource !== 'inodes'
        ? 'df looks harmless today, but at this rate every write fails soon.'
        : 'At this rate no file can be made soon, whatever space is free.',
  },
  'zh-CN': {
    name: '文件系统即将写满',
    title: ({ mountPoint, resource, daysLeft }) => `${mountPoint}：约 ${daysText(daysLeft)} 天后${FULL_ZH[resource]}`,
    seen: ({ resource, used, capacity, growthPerDay, daysLeft, daysLeftP10 }) =>
      [
        `${USED_ZH[resource]}共 ${amount(resource, capacity)}，已用 ${amount(resource, used)}`,
        growthPerDay === null ? '' : `，每天增加 ${amount(resource, growthPerDay)}`,
        `。大约还能用 ${daysText(daysLeft)} 天，九成可能不少于 ${daysText(daysLeftP10)} 天。`,
      ].join(''),
    why: ({ resource }) =>
      resource !== 'inodes'
        ? '今天的 df 看起来没问题，但照这个速度，很快所有写入都会失败。'
        : '照这个速度，很快将无法新建任何文件，不论还有多少空闲空间。',
  },
};
