import type { Language, RuleText } from '../../rule.ts';
import { minuteText } from '../minute-text.ts';
import type { ClonedHost } from './rule.ts';

export const text: Record<Language, RuleText<ClonedHost>> = {
  en: {
    name: 'A second machine uses this host’s key',
    title: ({ hostName }) => `${hostName}: a second machine reports in its name`,
    seen: ({ address, refusedCount, lastRefusedAt }) =>
      `A second collector with its key${address === null ? '' : `, from ${address},`} was refused ${refusedCount} times in the last day, last at ${minuteText(lastRefusedAt)} UTC.`,
    why: () =>
      'It is most likely a copy of the machine. The copy is not watched at all, and whichever connects first is taken for the host.',
  },
  'zh-CN': {
    name: '另一台机器在使用本机的密钥',
    title: ({ hostName }) => `${hostName}：有另一台机器以它的名义上报`,
    seen: ({ address, refusedCount, lastRefusedAt }) =>
      `最近一天内，使用同一密钥的另一个采集器${address === null ? '' : `（来自 ${address}）`}被拒绝 ${refusedCount} 次，最近一次在 ${minuteText(lastRefusedAt)} UTC。`,
    why: () => '多半是整机克隆出来的副本。副本完全没有被监控，而且谁先连上，谁就会被当成这台主机。',
  },
};
