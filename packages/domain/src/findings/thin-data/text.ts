import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText, percentText, percentTextZh } from '../thin-pools.ts';
import type { ThinData } from './rule.ts';

export const text: Record<Language, RuleText<ThinData>> = {
  en: {
    name: "A thin pool's data fills",
    title: ({ poolName, usedBytes, capacityBytes }) =>
      `${poolName}: the thin pool's data is ${percentText(usedBytes, capacityBytes)} full`,
    seen: ({ usedBytes, capacityBytes, groupFreeBytes, daysLeft }) =>
      `${formatBytes(usedBytes)} of ${formatBytes(capacityBytes)} are used.${groupFreeBytes === null ? '' : ` Its volume group has ${formatBytes(groupFreeBytes)} free.`}${daysLeft === null ? '' : ` At this rate it is full in ${daysText(daysLeft)} days.`}`,
    why: () =>
      'A full pool stops every device in it at once, though df on each of them still shows room. Docker refuses new containers when less than 10 % is free.',
  },
  'zh-CN': {
    name: '精简池数据空间将满',
    title: ({ poolName, usedBytes, capacityBytes }) =>
      `${poolName}：精简池数据已用 ${percentTextZh(usedBytes, capacityBytes)}`,
    seen: ({ usedBytes, capacityBytes, groupFreeBytes, daysLeft }) =>
      `共 ${formatBytes(capacityBytes)}，已用 ${formatBytes(usedBytes)}。${groupFreeBytes === null ? '' : `所在卷组还有 ${formatBytes(groupFreeBytes)} 空闲。`}${daysLeft === null ? '' : `按目前的速度，${daysText(daysLeft)} 天后写满。`}`,
    why: () =>
      '精简池一满，其中所有设备会同时停止写入，而各设备的 df 仍显示有空间。空闲不足 10% 时，Docker 会拒绝创建新容器。',
  },
};
