import type { Language, RuleText } from '../rule.ts';
import type { ThinStuckStatus } from './rule.ts';

export const text: Record<Language, RuleText<ThinStuckStatus>> = {
  en: {
    name: 'A thin pool does not answer',
    title: ({ poolName }) => `${poolName}: asking this thin pool for its status hangs`,
    seen: ({ metadataDevice }) =>
      `dmsetup status does not come back.${metadataDevice === null ? '' : ` The metadata is on device ${metadataDevice}.`}`,
    why: () =>
      'The device beneath its metadata has stalled. Writes to the pool hang with it, and each tool that asks adds a process that cannot be killed.',
  },
  'zh-CN': {
    name: '精简池没有响应',
    title: ({ poolName }) => `${poolName}：查询该精简池的状态会挂起`,
    seen: ({ metadataDevice }) =>
      `dmsetup status 没有返回。${metadataDevice === null ? '' : `元数据位于设备 ${metadataDevice}。`}`,
    why: () => '元数据下层的设备卡住了。对该池的写入随之挂起，每个去查询的工具都会多出一个无法终止的进程。',
  },
};
