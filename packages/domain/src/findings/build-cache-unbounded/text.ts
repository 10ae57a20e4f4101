import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { BuildCache } from './rule.ts';

export const text: Record<Language, RuleText<BuildCache>> = {
  en: {
    name: 'A build cache without a bound',
    title: ({ place, bytes }) =>
      `${place.dataRoot}: the build cache grows without a bound, ${formatBytes(bytes)} by now`,
    seen: ({ gc, recordCount, bytes, newBytes, staleBytes }) =>
      `${recordCount} records hold up to ${formatBytes(bytes)}. ${formatBytes(newBytes)} came in the last 7 days, and no build has used ${formatBytes(staleBytes)} for as long. Its garbage collection is ${gc === 'off' ? 'off' : 'not set up'}.`,
    why: () => 'Each build adds to it and no limit was chosen, so it grows until the disk is full.',
  },
  'zh-CN': {
    name: '没有上限的构建缓存',
    title: ({ place, bytes }) => `${place.dataRoot}：构建缓存无上限增长，目前 ${formatBytes(bytes)}`,
    seen: ({ gc, recordCount, bytes, newBytes, staleBytes }) =>
      `${recordCount} 条记录最多占用 ${formatBytes(bytes)}；最近 7 天新增 ${formatBytes(newBytes)}，而 ${formatBytes(staleBytes)} 已有 7 天没有构建使用。垃圾回收${gc === 'off' ? '已关闭' : '未配置'}。`,
    why: () => '每次构建都会增加缓存，又没有设定上限，它会一直增长到磁盘写满。',
  },
};
