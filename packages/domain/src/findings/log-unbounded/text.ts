import { formatBytes } from '../../units.ts';
import { countWords } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { UnboundedLogs } from './rule.ts';

const NAMED = 5;
const countOf = ({ containers, leftOutCount }: UnboundedLogs): number => containers.length + leftOutCount;
const firstNames = ({ containers }: UnboundedLogs, [open, close]: readonly [string, string]): string[] =>
  containers
    .slice(0, NAMED)
    .map(({ name, logBytes }) => (logBytes === null ? name : `${name}${open}${formatBytes(logBytes)}${close}`));

export const text: Record<Language, RuleText<UnboundedLogs>> = {
  en: {
    name: 'Container logs without a bound',
    title: (evidence) =>
      `${evidence.place.dataRoot}: the logs of ${countWords(countOf(evidence), 'container', 'containers')} have no bound${evidence.bytes === null ? '' : `, ${formatBytes(evidence.bytes)} now`}`,
    seen(evidence) {
      const names = firstNames(evidence, [' (', ')']);
      const more = countOf(evidence) - names.length;
      return [
        `They log with json-file and no max-size: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
        evidence.bigCount === 0
          ? ''
          : ` ${evidence.bigCount} of the logs ${evidence.bigCount === 1 ? 'takes' : 'take'} 100 MB or more.`,
        evidence.isDaemonBounded === true ? ' The daemon has a bound for new containers; these were made before.' : '',
      ].join('');
    },
    why: () => 'One container that logs in a loop fills the disk that all of them live on.',
  },
  'zh-CN': {
    name: '没有上限的容器日志',
    title: (evidence) =>
      `${evidence.place.dataRoot}：${countOf(evidence)} 个容器的日志没有上限${evidence.bytes === null ? '' : `，目前共 ${formatBytes(evidence.bytes)}`}`,
    seen(evidence) {
      const names = firstNames(evidence, ['（', '）']);
      const more = countOf(evidence) - names.length;
      return [
        `它们使用 json-file 且未设置 max-size：${names.join('、')}${more > 0 ? ` 等，另有 ${more} 个` : ''}。`,
        evidence.bigCount === 0 ? '' : `其中 ${evidence.bigCount} 个日志达到或超过 100 MB。`,
        evidence.isDaemonBounded === true ? '守护进程已为新容器设置上限；这些容器是在此之前创建的。' : '',
      ].join('');
    },
    why: () => '只要有一个容器循环输出日志，就会写满所有容器共用的磁盘。',
  },
};
