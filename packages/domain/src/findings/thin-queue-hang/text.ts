import type { Language, RuleText } from '../rule.ts';
import { percentText, percentTextZh } from '../thin-pools.ts';
import type { ThinQueueHang } from './rule.ts';

export const text: Record<Language, RuleText<ThinQueueHang>> = {
  en: {
    name: 'A full thin pool would hang processes for good',
    title: ({ poolName }) => `${poolName}: when this thin pool is full, writes hang instead of failing`,
    seen: ({ xfs, usedBytes, capacityBytes }) =>
      `It queues writes when full, it cannot grow by itself, and XFS lies on it (${xfs.join(', ')}). It is ${percentText(usedBytes, capacityBytes)} full.`,
    why: () =>
      'XFS tries a failed write again for ever. Its processes cannot be killed then, and often only a reboot helps.',
  },
  'zh-CN': {
    name: '精简池写满会让进程永久挂起',
    title: ({ poolName }) => `${poolName}：该精简池写满时，写入会挂起而不是报错`,
    seen: ({ xfs, usedBytes, capacityBytes }) =>
      `它在写满时让写入排队，自己无法扩容，且其上有 XFS（${xfs.map((one) => (one === 'containers' ? '容器' : one)).join('、')}）。目前已用 ${percentTextZh(usedBytes, capacityBytes)}。`,
    why: () => 'XFS 会无休止地重试失败的写入。届时相关进程无法终止，往往只能重启机器。',
  },
};
