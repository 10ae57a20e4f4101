import type { Language, RuleText } from '../rule.ts';
import type { MetadataBalance } from './rule.ts';

export const text: Record<Language, RuleText<MetadataBalance>> = {
  en: {
    name: 'A maintenance job balances metadata',
    title: ({ mountPoint, configurationFile }) => `${mountPoint}: ${configurationFile} has its metadata balanced`,
    seen: ({ metadataUsages, period, schedules }) =>
      [
        `At each run, metadata chunks that are less full than this are packed, in percent: ${metadataUsages}. `,
        period === null || period === '' ? '' : `Its period is "${period}". `,
        `It is started by ${schedules.join(', ')}.`,
      ].join(''),
    why: () =>
      'It takes away the room that metadata has in reserve inside its chunks. If data takes the space meanwhile, no chunk for metadata can be made when it is needed, and writes fail.',
  },
  'zh-CN': {
    name: '维护任务对元数据做了 balance',
    title: ({ mountPoint, configurationFile }) => `${mountPoint}：${configurationFile} 设置了对元数据做 balance`,
    seen: ({ metadataUsages, period, schedules }) =>
      [
        `每次运行都会合并使用率低于以下百分比的元数据块组：${metadataUsages}。`,
        period === null || period === '' ? '' : `周期为 “${period}”。`,
        `由 ${schedules.join('、')} 启动。`,
      ].join(''),
    why: () => '这会收走元数据块组内预留的空间。若空间随后被数据占用，需要新的元数据块组时就无法分配，写入因此失败。',
  },
};
