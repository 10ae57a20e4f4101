import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText, percentText, percentTextZh } from '../thin-pools.ts';
import type { ThinMetadata } from './rule.ts';

export const text: Record<Language, RuleText<ThinMetadata>> = {
  en: {
    name: "A thin pool's metadata fills",
    title: ({ poolName, usedBytes, capacityBytes }) =>
      `${poolName}: the thin pool's metadata is ${percentText(usedBytes, capacityBytes)} full`,
    seen: ({ usedBytes, capacityBytes, refusesNew, daysLeft }) =>
      `${formatBytes(usedBytes)} of ${formatBytes(capacityBytes)} of metadata are used.${refusesNew ? ' LVM already refuses new volumes and snapshots in it.' : ''}${daysLeft === null ? '' : ` At this rate it is full in ${daysText(daysLeft)} days.`}`,
    why: () =>
      'When the metadata is full the pool turns read-only, whatever room its data has. Nothing can be freed then, and df never shows it.',
  },
  'zh-CN': {
    name: '精简池元数据空间将满',
    title: ({ poolName, usedBytes, capacityBytes }) =>
      `${poolName}：精简池元数据已用 ${percentTextZh(usedBytes, capacityBytes)}`,
    seen: ({ usedBytes, capacityBytes, refusesNew, daysLeft }) =>
      `元数据共 ${formatBytes(capacityBytes)}，已用 ${formatBytes(usedBytes)}。${refusesNew ? 'LVM 已拒绝在其中创建新的卷和快照。' : ''}${daysLeft === null ? '' : `按目前的速度，${daysText(daysLeft)} 天后写满。`}`,
    why: () => '元数据一满，无论数据空间还剩多少，精简池都会变为只读。届时什么也释放不了，而 df 完全看不出来。',
  },
};
