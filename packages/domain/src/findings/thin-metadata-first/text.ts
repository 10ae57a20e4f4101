import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { daysText, percentText, percentTextZh } from '../thin-pools.ts';
import type { ThinMetadataFirst } from './rule.ts';

export const text: Record<Language, RuleText<ThinMetadataFirst>> = {
  en: {
    name: "A thin pool's metadata runs out before its data",
    title: ({ poolName, metadataDaysLeft }) =>
      `${poolName}: the thin pool's metadata is full in ${daysText(metadataDaysLeft)} days, before its data`,
    seen: ({ usedBytes, capacityBytes, growthBytesPerDay, dataDaysLeft }) =>
      `The metadata is ${percentText(usedBytes, capacityBytes)} full and grows by ${formatBytes(growthBytesPerDay)} a day. ${dataDaysLeft === null ? 'The data does not grow.' : `The data lasts for ${daysText(dataDaysLeft)} days.`}`,
    why: () =>
      'Nobody looks at the metadata while the data has room. Snapshots and scattered small writes fill it. When it is full the pool turns read-only.',
  },
  'zh-CN': {
    name: '精简池的元数据将先于数据耗尽',
    title: ({ poolName, metadataDaysLeft }) =>
      `${poolName}：精简池元数据将在 ${daysText(metadataDaysLeft)} 天后写满，早于数据`,
    seen: ({ usedBytes, capacityBytes, growthBytesPerDay, dataDaysLeft }) =>
      `元数据已用 ${percentTextZh(usedBytes, capacityBytes)}，每天增长 ${formatBytes(growthBytesPerDay)}。${dataDaysLeft === null ? '数据没有增长。' : `数据还能用 ${daysText(dataDaysLeft)} 天。`}`,
    why: () => '只要数据还有空间，就没人留意元数据。快照和零散的小写入会把它填满，填满后精简池变为只读。',
  },
};
