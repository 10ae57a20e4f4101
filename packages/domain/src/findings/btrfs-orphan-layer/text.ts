import { countWords } from '../count-words.ts';
import type { OrphanLayers } from '../orphan-layers.ts';
import { orphanCount, orphansSeen, orphansSeenInChinese } from '../orphan-layers-text.ts';
import type { Language, RuleText } from '../rule.ts';

export const text: Record<Language, RuleText<OrphanLayers>> = {
  en: {
    name: 'btrfs layers that Docker has forgotten',
    title: (evidence) =>
      `${evidence.place.dataRoot}: ${countWords(orphanCount(evidence), 'btrfs layer', 'btrfs layers')} that Docker does not know of`,
    seen: orphansSeen,
    why: () =>
      'An import or a removal was killed half-way. Nothing will ever use or clean these subvolumes: they survive restarts and docker system prune.',
  },
  'zh-CN': {
    name: '被 Docker 遗忘的 btrfs 层',
    title: (evidence) => `${evidence.place.dataRoot}：有 ${orphanCount(evidence)} 个 Docker 不知道的 btrfs 层`,
    seen: orphansSeenInChinese,
    why: () =>
      '某次导入或删除在中途被强行终止。这些子卷不会再被使用，也没有谁会清理：重启和 docker system prune 都不起作用。',
  },
};
