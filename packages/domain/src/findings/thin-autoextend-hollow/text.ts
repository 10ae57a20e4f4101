import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { percentText, percentTextZh } from '../thin-pools.ts';
import type { ThinAutoextendHollow } from './rule.ts';

export const text: Record<Language, RuleText<ThinAutoextendHollow>> = {
  en: {
    name: 'A thin pool cannot be enlarged as promised',
    title: ({ poolName, groupName }) =>
      `${poolName}: LVM means to enlarge this thin pool, but its group${groupName === null ? '' : ` ${groupName}`} has no room for it`,
    seen: ({ groupFreeBytes, stepBytes, usedBytes, capacityBytes, thresholdPercent }) =>
      `The next step takes ${formatBytes(stepBytes)}, and the group has ${formatBytes(groupFreeBytes)} free. The pool is ${percentText(usedBytes, capacityBytes)} full${thresholdPercent === null ? '' : ` and is to grow at ${thresholdPercent} %`}.`,
    why: () =>
      'Autoextend is on, so nobody worries. A step that does not fit whole is not made, and the pool fills to the end.',
  },
  'zh-CN': {
    name: '精简池无法如期自动扩容',
    title: ({ poolName, groupName }) =>
      `${poolName}：LVM 打算自动扩大该精简池，但${groupName === null ? '卷组' : `卷组 ${groupName} `}没有空间`,
    seen: ({ groupFreeBytes, stepBytes, usedBytes, capacityBytes, thresholdPercent }) =>
      `下一次扩容需要 ${formatBytes(stepBytes)}，而卷组只有 ${formatBytes(groupFreeBytes)} 空闲。该池已用 ${percentTextZh(usedBytes, capacityBytes)}${thresholdPercent === null ? '' : `，到 ${thresholdPercent}% 时应扩容`}。`,
    why: () => '自动扩容已开启，因此没人担心。但放不下的一步根本不会执行，池会一直写到满。',
  },
};
