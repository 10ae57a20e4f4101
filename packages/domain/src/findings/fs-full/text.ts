import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText, percentText } from '../store-fill.ts';
import type { FsFull } from './rule.ts';

const bytesOr = (bytes: number | null, unknown: string): string => (bytes === null ? unknown : formatBytes(bytes));

export const text: Record<Language, RuleText<FsFull>> = {
  en: {
    name: 'File system nearly full',
    title: ({ mountPoint, usedBytes, capacityBytes }) =>
      `${mountPoint}: ${percentText(usedBytes / capacityBytes)} full, ${formatBytes(capacityBytes - usedBytes)} left`,
    seen: ({ usedBytes, capacityBytes, btrfs, daysLeft }) =>
      [
        btrfs === null
          ? `${formatBytes(usedBytes)} of ${formatBytes(capacityBytes)} is used, ${formatBytes(capacityBytes - usedBytes)} is left.`
          : `Data uses ${formatBytes(usedBytes)} of the ${formatBytes(capacityBytes)} that it can have: its chunks hold ${bytesOr(btrfs.dataAllocatedBytes, 'an unknown amount')}, and ${bytesOr(btrfs.unallocatedBytes, 'an unknown amount')} is unallocated.`,
        daysLeft === null ? '' : ` That lasts about ${daysText(daysLeft)} days.`,
      ].join(''),
    why: ({ dockerSockets }) =>
      dockerSockets.length === 0
        ? 'Once it is full, everything that writes there fails, and databases may stop.'
        : 'Docker keeps its data here: once it is full, containers cannot write or start, and builds and pulls fail.',
  },
  'zh-CN': {
    name: '文件系统快满了',
    title: ({ mountPoint, usedBytes, capacityBytes }) =>
      `${mountPoint}：已使用 ${percentText(usedBytes / capacityBytes)}，剩余 ${formatBytes(capacityBytes - usedBytes)}`,
    seen: ({ usedBytes, capacityBytes, btrfs, daysLeft }) =>
      [
        btrfs !== null
          ? `数据最多可用 ${formatBytes(capacityBytes)}，已用 ${formatBytes(usedBytes)}：数据块组共 ${bytesOr(btrfs.dataAllocatedBytes, '未知')}，未分配空间 ${bytesOr(btrfs.unallocatedBytes, '未知')}。`
          : `共 ${formatBytes(capacityBytes)}，已用 ${formatBytes(usedBytes)}，剩余 ${formatBytes(capacityBytes - usedBytes)}。`,
        daysLeft === null ? '' : `按目前的速度，大约还能用 ${daysText(daysLeft)} 天。`,
      ].join(''),
    why: ({ dockerSockets }) =>
      dockerSockets.length === 0
        ? '一旦写满，所有写入都会失败，数据库也可能停止。'
        : 'Docker 的数据就在这里：一旦写满，容器无法写入或启动，构建和拉取镜像也会失败。',
  },
};
