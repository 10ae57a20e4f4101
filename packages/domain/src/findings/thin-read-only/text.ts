import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { ThinReadOnly } from './rule.ts';

export const text: Record<Language, RuleText<ThinReadOnly>> = {
  en: {
    name: 'A thin pool is read-only',
    title: ({ poolName, isMetadataFull }) =>
      isMetadataFull
        ? `${poolName}: the thin pool is read-only, its metadata is full`
        : `${poolName}: the thin pool has turned read-only`,
    seen: ({ isMetadataFull, metadataCapacityBytes }) =>
      isMetadataFull
        ? `All of ${metadataCapacityBytes === null ? 'its metadata' : `the ${formatBytes(metadataCapacityBytes)} of metadata`} is used.`
        : 'The kernel took away writing, and nobody asked it to.',
    why: () =>
      'All that is written to the pool is lost now. Full metadata needs no repair: enlarge it online and writing comes back.',
  },
  'zh-CN': {
    name: '精简池变为只读',
    title: ({ poolName, isMetadataFull }) =>
      isMetadataFull ? `${poolName}：元数据已满，精简池变为只读` : `${poolName}：精简池已变为只读`,
    seen: ({ isMetadataFull, metadataCapacityBytes }) =>
      isMetadataFull
        ? `元数据${metadataCapacityBytes === null ? '' : `共 ${formatBytes(metadataCapacityBytes)}，`}已全部用完。`
        : '内核收回了写入权限，且并非有人要求。',
    why: () => '此刻写入该池的一切都会丢失。元数据写满无需修复：在线扩大后即可恢复写入。',
  },
};
