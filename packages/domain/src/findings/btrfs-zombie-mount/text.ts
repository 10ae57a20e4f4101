import { formatBytes } from '../../units.ts';
import { countWords } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { ZombieMounts } from './rule.ts';

const recordCount = ({ records, leftOutCount }: ZombieMounts): number => records.length + leftOutCount;
const layerCount = ({ records }: ZombieMounts): number => records.reduce((sum, { holds }) => sum + holds.length, 0);

export const text: Record<Language, RuleText<ZombieMounts>> = {
  en: {
    name: 'Layers of containers that are gone',
    title: (evidence) =>
      `${evidence.place.dataRoot}: ${countWords(recordCount(evidence), 'container is', 'containers are')} gone, and not the layers`,
    seen: (evidence) =>
      [
        `Docker keeps records of ${countWords(recordCount(evidence), 'container', 'containers')} that it does not list any more. Those of the remedy hold ${countWords(layerCount(evidence), 'subvolume', 'subvolumes')}`,
        evidence.bytes === null ? '.' : ` of up to ${formatBytes(evidence.bytes)}.`,
        evidence.isConfirmed ? ' A day ago it was the same.' : ' Seen once, that proves nothing yet.',
      ].join(''),
    why: () =>
      'Docker was killed while it removed them. docker ps does not show them and no prune finds them, but their records keep layers, and the images below, from being removed.',
  },
  'zh-CN': {
    name: '已消失容器的层',
    title: (evidence) => `${evidence.place.dataRoot}：${recordCount(evidence)} 个容器已消失，但它们的层还在`,
    seen: (evidence) =>
      [
        `Docker 还保留着 ${recordCount(evidence)} 个已不在列表中的容器的记录，处理步骤涉及的记录占有 ${layerCount(evidence)} 个子卷`,
        evidence.bytes === null ? '。' : `，最多 ${formatBytes(evidence.bytes)}。`,
        evidence.isConfirmed ? '一天前也是如此。' : '只看到一次，还不能说明问题。',
      ].join(''),
    why: () =>
      'Docker 在删除它们时被强行终止。docker ps 看不到它们，prune 也找不到，但这些记录使层及其下的镜像无法删除。',
  },
};
