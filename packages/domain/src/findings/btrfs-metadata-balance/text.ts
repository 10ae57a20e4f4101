import type { Language, RuleText } from '../rule.ts';
import type { MetadataBalance } from './rule.ts';

export const text: Record<Language, RuleText<MetadataBalance>> = {
  en: {
    name: 'A maintenance job balances metadata',
    title: ({ configurationFile }) => `${configurationFile} has metadata balanced`,
    seen: ({ metadataUsages }) => `Metadata chunks that are less than ${metadataUsages} % full are packed at each run.`,
    why: () =>
      'It takes away the room that metadata has in reserve inside its chunks. If data takes the space meanwhile, no chunk for metadata can be made when it is needed, and writes fail.',
  },
  'zh-CN': {
    name: '维护任务对元数据做了 balance',
    title: ({ configurationFile }) => `${configurationFile} 设置了对元数据做 balance`,
    seen: ({ metadataUsages }) => `每次运行都会合并使用率低于 ${metadataUsages}% 的元数据块组。`,
    why: () => '这会收走元数据块组内预留的空间。若空间随后被数据占用，需要新的元数据块组时就无法分配，写入因此失败。',
  },
};
