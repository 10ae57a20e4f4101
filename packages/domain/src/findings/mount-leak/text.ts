import { countWords } from '../count-words.ts';
import { shortId } from '../docker-client.ts';
import { holderWords } from '../holders.ts';
import type { Language, RuleText } from '../rule.ts';
import type { LeakedMount } from './rule.ts';

const nameOf = ({ container, containerId, mountId }: LeakedMount): string =>
  container?.name ?? shortId(containerId ?? mountId);
const holdersOf = ({ places }: LeakedMount, language: Language): string[] => [
  ...new Set(places.flatMap(({ holder }) => (holder === null ? [] : [holderWords(holder)[language]]))),
];

export const text: Record<Language, RuleText<LeakedMount>> = {
  en: {
    name: 'Leaked mount',
    title: (evidence) => `${nameOf(evidence)}: its layer is still mounted, though the container does not run`,
    seen: (evidence) =>
      `Container ${nameOf(evidence)} ${evidence.container === null ? 'is not known any more' : `is ${evidence.container.state}`}; its layer ${shortId(evidence.mountId)} is mounted in ${evidence.placeCount} mount ${evidence.placeCount === 1 ? 'namespace' : 'namespaces'}. It is held by ${holdersOf(evidence, 'en').join(', ') || 'a process that was not seen'}.${evidence.isReachedByUnmount ? '' : ' No unmount of the daemon reaches it there.'}${evidence.leftOutSubjects === 0 ? '' : ` ${countWords(evidence.leftOutSubjects, 'more leak is', 'more leaks are')} not told here.`}`,
    why: () =>
      'While another process holds the mount, docker rm fails with "device or resource busy" or leaves the container in "Removal In Progress", and the space of its layer does not come back.',
  },
  'zh-CN': {
    name: '挂载泄漏',
    title: (evidence) => `${nameOf(evidence)}：容器已不在运行，但其层仍被挂载`,
    seen: (evidence) =>
      `容器 ${nameOf(evidence)} ${evidence.container === null ? '已不为任何守护进程所知' : `处于 ${evidence.container.state} 状态`}；其层 ${shortId(evidence.mountId)} 仍挂载在 ${evidence.placeCount} 个挂载命名空间中，持有者：${holdersOf(evidence, 'zh-CN').join('、') || '未见到的进程'}。${evidence.isReachedByUnmount ? '' : '守护进程的卸载操作无法传播到那里。'}${evidence.leftOutSubjects === 0 ? '' : `另有 ${evidence.leftOutSubjects} 处泄漏未逐一列出。`}`,
    why: () =>
      '只要别的进程还持有该挂载，docker rm 就会报 “device or resource busy”，或让容器停在 “Removal In Progress”，其层占用的空间也不会释放。',
  },
};
