import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { MetadataHeadroom } from './rule.ts';

export const text: Record<Language, RuleText<MetadataHeadroom>> = {
  en: {
    name: 'Room for metadata runs out',
    title: ({ mountPoint, headroomBytes }) => `${mountPoint}: ${formatBytes(headroomBytes)} left for btrfs metadata`,
    seen: ({ committedBytes, capacityBytes, daysLeft }) =>
      `Metadata takes ${formatBytes(committedBytes)}, reserves included, of the ${formatBytes(capacityBytes)} that it can have.${daysLeft === null ? '' : ` At the present pace it is full in ${daysEn(daysLeft.p50)}.`}`,
    why: () =>
      'When metadata is full, writes fail with "No space left on device", even some that delete, while df still shows room.',
  },
  'zh-CN': {
    name: '元数据空间即将用尽',
    title: ({ mountPoint, headroomBytes }) => `${mountPoint}：btrfs 元数据仅剩 ${formatBytes(headroomBytes)}`,
    seen: ({ committedBytes, capacityBytes, daysLeft }) =>
      `元数据（含预留）已占 ${formatBytes(committedBytes)}，最多可用 ${formatBytes(capacityBytes)}。${daysLeft === null ? '' : `按目前的速度，${daysZh(daysLeft.p50)}内将用尽。`}`,
    why: () => '元数据一旦用满，写入会报 “No space left on device”，连删除也可能失败，尽管 df 仍显示有空间。',
  },
};

const daysEn = (days: number): string => (days < 1.5 ? 'a day or less' : `about ${Math.round(days)} days`);
const daysZh = (days: number): string => (days < 1.5 ? '一天' : `约 ${Math.round(days)} 天`);
