import type { Language, RuleText } from '../../rule.ts';
import type { ClockSkew } from './rule.ts';

const seconds = (milliseconds: number): string => Math.abs(milliseconds / 1_000).toFixed(0);

export const text: Record<Language, RuleText<ClockSkew>> = {
  en: {
    name: 'Clock is off',
    title: ({ hostName, skewMilliseconds }) => `${hostName}: its clock is off by ${seconds(skewMilliseconds)} s`,
    seen: ({ skewMilliseconds }) =>
      `The host’s clock is ${seconds(skewMilliseconds)} s ${skewMilliseconds > 0 ? 'ahead of' : 'behind'} the server’s.`,
    why: () =>
      'Silt corrects the times of its beats by uptime, but logs of that host do not match those of others, and certificates and tokens may fail.',
  },
  'zh-CN': {
    name: '主机时钟不准',
    title: ({ hostName, skewMilliseconds }) => `${hostName}：时钟偏差 ${seconds(skewMilliseconds)} 秒`,
    seen: ({ skewMilliseconds }) =>
      `主机时钟比服务器${skewMilliseconds > 0 ? '快' : '慢'} ${seconds(skewMilliseconds)} 秒。`,
    why: () => 'Silt 会按开机时长校正时间，但该主机的日志与其他主机对不上，证书和令牌也可能失效。',
  },
};
