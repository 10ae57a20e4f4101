import type { Language, RuleText } from '../../rule.ts';
import { minuteText } from '../minute-text.ts';
import type { CollectorSilent } from './rule.ts';

const LISTED = 5;
const listOf = ({ hostNames, hostCount }: CollectorSilent, more: (count: number) => string, comma: string): string => {
  const named = hostNames.slice(0, LISTED);
  return `${named.join(comma)}${hostCount > named.length ? more(hostCount - named.length) : ''}`;
};
const namesEn = (evidence: CollectorSilent): string => listOf(evidence, (count) => ` and ${count} more`, ', ');
const namesZh = (evidence: CollectorSilent): string => listOf(evidence, (count) => ` 等另外 ${count} 台`, '、');

export const text: Record<Language, RuleText<CollectorSilent>> = {
  en: {
    name: 'Collector is silent',
    title: (evidence) =>
      evidence.hostCount === 1
        ? `${namesEn(evidence)}: nothing is heard`
        : `${evidence.hostCount} hosts are silent: ${namesEn(evidence)}`,
    seen: ({ cause, code, lastSeenAt }) => {
      if (cause === 'refused')
        return `The server does not let it in (${code}); the last beat came at ${minuteText(lastSeenAt)} UTC.`;
      if (cause === 'all')
        return `Every host is silent; the first one was heard last at ${minuteText(lastSeenAt)} UTC.`;
      if (cause === 'together')
        return `They fell silent within two minutes, the first at ${minuteText(lastSeenAt)} UTC.`;
      return `The last beat came at ${minuteText(lastSeenAt)} UTC; three or more are missing since.`;
    },
    why: ({ cause }) =>
      cause === 'all' || cause === 'together'
        ? 'Nobody watches these hosts now. One cause is likely: the way to the server, or the server itself.'
        : 'Nobody watches this host now: that nothing is found there is not calm, it is blindness.',
  },
  'zh-CN': {
    name: '采集器失联',
    title: (evidence) =>
      evidence.hostCount === 1
        ? `${namesZh(evidence)}：没有收到数据`
        : `${evidence.hostCount} 台主机失联：${namesZh(evidence)}`,
    seen: ({ cause, code, lastSeenAt }) => {
      if (cause === 'refused')
        return `服务器拒绝它接入（${code}）；最后一次数据的时间为 ${minuteText(lastSeenAt)} UTC。`;
      if (cause === 'all') return `所有主机都失联；最早一台的最后数据时间为 ${minuteText(lastSeenAt)} UTC。`;
      if (cause === 'together') return `它们在两分钟内先后失联，最早一台在 ${minuteText(lastSeenAt)} UTC。`;
      return `最后一次数据的时间为 ${minuteText(lastSeenAt)} UTC，此后已缺失三个以上周期。`;
    },
    why: ({ cause }) =>
      cause === 'all' || cause === 'together'
        ? '这些主机目前无人看守。多半是同一个原因：到服务器的网络，或服务器本身。'
        : '这台主机目前无人看守：没有告警不代表平静，只代表看不见。',
  },
};
