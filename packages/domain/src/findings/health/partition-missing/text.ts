import type { Language, RuleText } from '../../rule.ts';
import { countText } from '../../store-fill.ts';
import type { PartitionMissing } from './rule.ts';

export const text: Record<Language, RuleText<PartitionMissing>> = {
  en: {
    name: 'Beats had no partition',
    title: ({ hostName, rowCount }) => `${hostName}: ${countText(rowCount)} beats had no partition of their own`,
    seen: ({ rowCount, lastAt }) =>
      `${countText(rowCount)} rows were kept in the default partition; it was told at ${lastAt} (UTC).`,
    why: () =>
      'Partitions are made a week ahead, so Silt’s worker was not working for days: forecasts, findings and clean-up stood still as well.',
  },
  'zh-CN': {
    name: '数据没有对应的分区',
    title: ({ hostName, rowCount }) => `${hostName}：${countText(rowCount)} 条数据没有自己的分区`,
    seen: ({ rowCount, lastAt }) => `${countText(rowCount)} 行暂存在默认分区；记录时间为 ${lastAt}（UTC）。`,
    why: () => '分区会提前一周建好，因此 Silt 的 worker 已停了好几天：预测、检查和清理也都停着。',
  },
};
