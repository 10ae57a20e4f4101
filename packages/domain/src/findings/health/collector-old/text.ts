import type { Language, RuleText } from '../../rule.ts';
import type { CollectorOld } from './rule.ts';

export const text: Record<Language, RuleText<CollectorOld>> = {
  en: {
    name: 'Collector is older than the server',
    title: ({ hostName, collectorVersion }) =>
      `${hostName}: its collector ${collectorVersion} is older than the server`,
    seen: ({ collectorVersion, serverVersion }) => `The collector is ${collectorVersion}, the server ${serverVersion}.`,
    why: () =>
      'It sends what it knew then. What newer collectors read is missing for this host, and the findings that need it say nothing.',
  },
  'zh-CN': {
    name: '采集器版本落后于服务器',
    title: ({ hostName, collectorVersion }) => `${hostName}：采集器 ${collectorVersion} 比服务器旧`,
    seen: ({ collectorVersion, serverVersion }) => `采集器为 ${collectorVersion}，服务器为 ${serverVersion}。`,
    why: () => '它只能发送当时支持的内容。新版采集器能读到的信息在这台主机上缺失，依赖它们的检查什么也不会报。',
  },
};
