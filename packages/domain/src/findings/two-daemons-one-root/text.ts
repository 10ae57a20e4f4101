import type { Language, RuleText } from '../rule.ts';
import type { SharedRoot } from './rule.ts';

export const text: Record<Language, RuleText<SharedRoot>> = {
  en: {
    name: 'Two daemons on one data root',
    title: ({ daemons, leftOutCount, dataRoot }) =>
      `${dataRoot}: ${daemons.length + leftOutCount} Docker daemons keep their data in it`,
    seen: ({ daemons, leftOutCount, dataRoot }) =>
      `${daemons.map(({ name, pid, isAnswering }) => `${name} (pid ${pid ?? 'not read'}, ${isAnswering ? 'answers' : 'does not answer'})`).join(' and ')}${leftOutCount === 0 ? '' : ` and ${leftOutCount} more`} have the same folder, ${dataRoot}: device and inode are equal.`,
    why: () =>
      'No daemon expects a second one. Most often the second dies after 15 seconds, "volume store metadata database: timeout", and starts over. If both get through, each deletes what it does not know, and layers are lost.',
  },
  'zh-CN': {
    name: '两个守护进程共用一个数据目录',
    title: ({ daemons, leftOutCount, dataRoot }) =>
      `${dataRoot}：有 ${daemons.length + leftOutCount} 个 Docker 守护进程把数据放在其中`,
    seen: ({ daemons, leftOutCount, dataRoot }) =>
      `${daemons.map(({ name, pid, isAnswering }) => `${name}（pid ${pid ?? '未读到'}，${isAnswering ? '有应答' : '无应答'}）`).join(' 与 ')}${leftOutCount === 0 ? '' : ` 等另外 ${leftOutCount} 个`} 使用同一个目录 ${dataRoot}：设备号与 inode 均相同。`,
    why: () =>
      '守护进程不会考虑另一个守护进程的存在。通常第二个会在 15 秒后因 “volume store metadata database: timeout” 退出并反复重启；若两个都启动成功，各自会删除自己不认识的内容，导致层丢失。',
  },
};
