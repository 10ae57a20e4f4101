import type { Language, RuleText } from '../rule.ts';
import type { ThinNeedsCheck } from './rule.ts';

export const text: Record<Language, RuleText<ThinNeedsCheck>> = {
  en: {
    name: 'A thin pool needs a check',
    title: ({ poolName }) => `${poolName}: the thin pool is read-only and needs a repair`,
    seen: ({ metadataDevice }) =>
      `Its status has the word needs_check: writing its metadata${metadataDevice === null ? '' : ` on ${metadataDevice}`} has failed.`,
    why: () =>
      'The pool stays read-only until its metadata is checked offline, whatever else is done. A restart alone does not help. The data is most likely whole.',
  },
  'zh-CN': {
    name: '精简池需要检查',
    title: ({ poolName }) => `${poolName}：精简池变为只读，需要修复`,
    seen: ({ metadataDevice }) =>
      `其状态带有 needs_check：写入元数据${metadataDevice === null ? '' : `（${metadataDevice}）`}时失败。`,
    why: () => '在离线检查元数据之前，无论做什么，该池都保持只读，仅重启没有用。数据多半是完好的。',
  },
};
