import { countWords } from '../count-words.ts';
import type { OrphanLayers } from '../orphan-layers.ts';
import { orphanCount, orphansSeen, orphansSeenInChinese } from '../orphan-layers-text.ts';
import type { Language, RuleText } from '../rule.ts';

export const text: Record<Language, RuleText<OrphanLayers>> = {
  en: {
    name: 'overlay2 layers that Docker has forgotten',
    title: (evidence) =>
      `${evidence.place.dataRoot}: ${countWords(orphanCount(evidence), 'overlay2 layer', 'overlay2 layers')} that Docker does not know of`,
    seen: orphansSeen,
    why: () =>
      'An import or a removal was killed half-way. Docker will neither use nor prune these folders: the space is lost until somebody removes them by hand, with care.',
  },
  'zh-CN': {
    name: '被 Docker 遗忘的 overlay2 层',
    title: (evidence) => `${evidence.place.dataRoot}：有 ${orphanCount(evidence)} 个 Docker 不知道的 overlay2 层`,
    seen: orphansSeenInChinese,
    why: () =>
      '某次导入或删除在中途被强行终止。Docker 既不会使用也不会清理这些目录；只有小心地手工删除，空间才能收回。',
  },
};
