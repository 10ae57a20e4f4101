import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText } from '../store-fill.ts';
import type { LoopOvercommit } from './rule.ts';

export const text: Record<Language, RuleText<LoopOvercommit>> = {
  en: {
    name: 'Loop file larger than its room',
    title: ({ mountPoint }) => `${mountPoint}: its file can claim more than there is room for`,
    seen: ({ backingFile, outerMountPoint, allocatedBytes, roomBytes, imageBytes, insideFreeBytes, daysLeft }) =>
      [
        `${backingFile} takes ${formatBytes(allocatedBytes)}${imageBytes === null ? '' : ` of its ${formatBytes(imageBytes)}`}, and ${outerMountPoint} has ${formatBytes(roomBytes)} left for it, while df shows ${formatBytes(insideFreeBytes)} free within.`,
        daysLeft === null ? '' : ` That room lasts about ${daysText(daysLeft)} days.`,
      ].join(''),
    why: () =>
      'The file has holes that take room only when they are written. Once there is none around it, writes within fail after the program was told that they succeeded: data is lost while df shows free space.',
  },
  'zh-CN': {
    name: '回环文件超出外层可用空间',
    title: ({ mountPoint }) => `${mountPoint}：其镜像文件可能占用的空间超过了外层剩余空间`,
    seen: ({ backingFile, outerMountPoint, allocatedBytes, roomBytes, imageBytes, insideFreeBytes, daysLeft }) =>
      [
        `${backingFile} 已占用 ${formatBytes(allocatedBytes)}${imageBytes === null ? '' : `（文件大小 ${formatBytes(imageBytes)}）`}，${outerMountPoint} 只剩 ${formatBytes(roomBytes)} 可供它增长，而内部 df 显示还有 ${formatBytes(insideFreeBytes)} 空闲。`,
        daysLeft === null ? '' : `按目前的速度，大约还能撑 ${daysText(daysLeft)} 天。`,
      ].join(''),
    why: () =>
      '镜像文件中的空洞只有在写入时才真正占用空间。外层空间一旦用完，内部的写入会在程序以为成功之后失败：df 明明显示有空闲，数据却丢了。',
  },
};
