import type { GapReason } from '../../../host-event.ts';
import type { Language, RuleText } from '../../rule.ts';
import { countText } from '../../store-fill.ts';
import { minuteText } from '../minute-text.ts';
import type { Gap } from './rule.ts';

const REASONS_EN: Record<GapReason, string> = {
  'spool-full': 'its spool was full',
  'memory-full': 'its disk took no more, and then its memory was full',
  corrupt: 'what was on its disk could not be read back',
  oversize: 'they were larger than a record may be',
  'server-set-back': 'the server’s database was set back',
};
const REASONS_ZH: Record<GapReason, string> = {
  'spool-full': '暂存区已满',
  'memory-full': '磁盘写不进去，内存也已用满',
  corrupt: '磁盘上的内容读不回来',
  oversize: '超过了单条记录的上限',
  'server-set-back': '服务器数据库被恢复到更早的状态',
};

export const text: Record<Language, RuleText<Gap>> = {
  en: {
    name: 'Beats were lost',
    title: ({ hostName, recordCount }) => `${hostName}: ${countText(recordCount)} records will never come`,
    seen: ({ gapCount, recordCount, reason, firstTakenAt, lastTakenAt }) =>
      `${countText(recordCount)} records in ${gapCount} ${gapCount === 1 ? 'gap' : 'gaps'} of the last week are lost. The newest: ${REASONS_EN[reason]}${
        firstTakenAt === null
          ? ''
          : `, from ${minuteText(firstTakenAt)} to ${lastTakenAt === null ? 'an unknown time' : minuteText(lastTakenAt)} UTC`
      }.`,
    why: () =>
      'History has a hole: what happened meanwhile is not known, and forecasts stand on less. It is not the same as nothing happening.',
  },
  'zh-CN': {
    name: '数据有缺口',
    title: ({ hostName, recordCount }) => `${hostName}：${countText(recordCount)} 条记录已无法收到`,
    seen: ({ gapCount, recordCount, reason, firstTakenAt, lastTakenAt }) =>
      `最近一周有 ${gapCount} 处缺口，共丢失 ${countText(recordCount)} 条记录。最近一处的原因：${REASONS_ZH[reason]}${
        firstTakenAt === null
          ? ''
          : `，从 ${minuteText(firstTakenAt)} 到 ${lastTakenAt === null ? '未知时间' : minuteText(lastTakenAt)}（UTC）`
      }。`,
    why: () => '历史中有空缺：期间发生了什么无从得知，预测的依据也更少。这不等于什么都没发生。',
  },
};
