import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { AnonymousVolumes, VolumeMaker } from './rule.ts';

const maker = ({ container, image, destination }: VolumeMaker): string => `${container} (${image}, ${destination})`;

export const text: Record<Language, RuleText<AnonymousVolumes>> = {
  en: {
    name: 'More and more anonymous volumes that nothing uses',
    title: ({ place, newCount }) => `${place.dataRoot}: ${newCount} new anonymous volumes in a week that nothing uses`,
    seen: ({ unusedCount, newCount, bytes, makers }) =>
      [
        `${unusedCount} anonymous volumes belong to no container any more; ${newCount} of them were made in the last 7 days.`,
        bytes === null ? '' : ` Together they hold ${formatBytes(bytes)}.`,
        makers.length === 0
          ? ''
          : ` These have such a volume now, and may have made the others: ${makers.map(maker).join(', ')}.`,
      ].join(''),
    why: () => 'Each container removed without its volumes leaves one behind, and nothing ever cleans them up.',
  },
  'zh-CN': {
    name: '无人使用的匿名卷不断增加',
    title: ({ place, newCount }) => `${place.dataRoot}：一周内新增 ${newCount} 个无人使用的匿名卷`,
    seen: ({ unusedCount, newCount, bytes, makers }) =>
      [
        `有 ${unusedCount} 个匿名卷已不属于任何容器，其中 ${newCount} 个是最近 7 天产生的。`,
        bytes === null ? '' : `共占用 ${formatBytes(bytes)}。`,
        makers.length === 0 ? '' : `以下容器现在也带有匿名卷，其余的可能由它们产生：${makers.map(maker).join('，')}。`,
      ].join(''),
    why: () => '每个未连同卷一起删除的容器都会留下一个匿名卷，而这些卷从来没有谁清理。',
  },
};
