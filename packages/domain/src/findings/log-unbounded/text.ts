import { countWords } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { UnboundedLogs } from './rule.ts';

const NAMED = 5;
const countOf = ({ containers, leftOutCount }: UnboundedLogs): number => containers.length + leftOutCount;
const firstNames = ({ containers }: UnboundedLogs): string[] => containers.slice(0, NAMED).map(({ name }) => name);

export const text: Record<Language, RuleText<UnboundedLogs>> = {
  en: {
    name: 'Container logs without a bound',
    title: (evidence) =>
      `${evidence.place.dataRoot}: the logs of ${countWords(countOf(evidence), 'container', 'containers')} have no bound`,
    seen(evidence) {
      const more = countOf(evidence) - firstNames(evidence).length;
      return [
        `They log with json-file and no max-size: ${firstNames(evidence).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
        evidence.isDaemonBounded === true ? ' The daemon has a bound for new containers; these were made before.' : '',
      ].join('');
    },
    why: () => 'One container that logs in a loop fills the disk that all of them live on.',
  },
  'zh-CN': {
    name: '没有上限的容器日志',
    title: (evidence) => `${evidence.place.dataRoot}：${countOf(evidence)} 个容器的日志没有上限`,
    seen(evidence) {
      const more = countOf(evidence) - firstNames(evidence).length;
      return [
        `它们使用 json-file 且未设置 max-size：${firstNames(evidence).join('、')}${more > 0 ? ` 等，另有 ${more} 个` : ''}。`,
        evidence.isDaemonBounded === true ? '守护进程已为新容器设置上限；这些容器是在此之前创建的。' : '',
      ].join('');
    },
    why: () => '只要有一个容器循环输出日志，就会写满所有容器共用的磁盘。',
  },
};
