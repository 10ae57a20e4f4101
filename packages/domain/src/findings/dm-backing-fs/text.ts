import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText } from '../thin-pools.ts';
import type { DmBackingFs } from './rule.ts';

export const text: Record<Language, RuleText<DmBackingFs>> = {
  en: {
    name: 'The file system beneath a thin pool has too little room',
    title: ({ poolName, outerMountPoint }) =>
      `${poolName}: ${outerMountPoint ?? 'the file system beneath'} has less room than the thin pool's file can claim`,
    seen: ({ allocatedBytes, capacityBytes, roomBytes, daysLeft }) =>
      `The pool was promised ${formatBytes(capacityBytes)}. Its sparse file takes ${formatBytes(allocatedBytes)}, and can grow by ${formatBytes(roomBytes)} only.${daysLeft === null ? '' : ` At this rate that is gone in ${daysText(daysLeft)} days.`}`,
    why: () =>
      'The pool does not see it coming. When the file cannot grow, writes are lost and the pool turns read-only with a repair to make: seen with 8 % of its data used.',
  },
  'zh-CN': {
    name: '精简池下层的文件系统空间不足',
    title: ({ poolName, outerMountPoint }) =>
      `${poolName}：${outerMountPoint === null ? '下层文件系统' : `${outerMountPoint} `}的空间少于精简池文件可能占用的`,
    seen: ({ allocatedBytes, capacityBytes, roomBytes, daysLeft }) =>
      `该池被许诺 ${formatBytes(capacityBytes)}。其稀疏文件已占 ${formatBytes(allocatedBytes)}，只能再增长 ${formatBytes(roomBytes)}。${daysLeft === null ? '' : `按目前的速度，${daysText(daysLeft)} 天后耗尽。`}`,
    why: () => '精简池对此毫无察觉。文件无法增长时，写入会丢失，池变为只读且需要修复：曾在数据只用了 8% 时发生。',
  },
};
