import type { Language, RuleText } from '../rule.ts';
import type { ShimsElsewhere } from './rule.ts';

const names = ({ shims, containersWithoutMerged }: ShimsElsewhere): string[] => [
  ...new Set(
    [...shims.map(({ container }) => container), ...containersWithoutMerged].flatMap((one) => one?.name ?? []),
  ),
];

const isCut = ({ shims, shimCount, containersWithoutMerged, withoutMergedCount }: ShimsElsewhere): boolean =>
  shims.length < shimCount || containersWithoutMerged.length < withoutMergedCount;

export const text: Record<Language, RuleText<ShimsElsewhere>> = {
  en: {
    name: 'Daemon and containers in different mount namespaces',
    title: ({ daemon }) => `${daemon}: runs in another mount namespace than its containers`,
    seen: (evidence) =>
      [
        evidence.shimCount === 0
          ? ''
          : `The daemon (pid ${evidence.pid}) is in mount namespace ${evidence.mountNamespace ?? 'that was not read'}; ${evidence.shimCount} of its shims ${evidence.shimCount === 1 ? 'is' : 'are'} in another one.`,
        evidence.withoutMergedCount === 0
          ? ''
          : `Running, but not mounted where the daemon looks: ${evidence.withoutMergedCount}.`,
        names(evidence).length === 0
          ? ''
          : `Containers: ${names(evidence).join(', ')}${isCut(evidence) ? ', and others' : ''}.`,
      ]
        .filter((one) => one !== '')
        .join(' '),
    why: () =>
      'The daemon does not see the mounts of these containers: docker exec fails, docker cp mounts their layer a second time, which can corrupt it, and their removal leaves mounts behind.',
  },
  'zh-CN': {
    name: '守护进程与容器处于不同的挂载命名空间',
    title: ({ daemon }) => `${daemon}：与其容器处于不同的挂载命名空间`,
    seen: (evidence) =>
      [
        evidence.shimCount === 0
          ? ''
          : `守护进程（pid ${evidence.pid}）位于挂载命名空间 ${evidence.mountNamespace ?? '（未读到）'}，而它的 ${evidence.shimCount} 个 shim 位于另一个。`,
        evidence.withoutMergedCount === 0
          ? ''
          : `有 ${evidence.withoutMergedCount} 个容器正在运行，但在守护进程所见之处并未挂载。`,
        names(evidence).length === 0 ? '' : `涉及容器：${names(evidence).join('、')}${isCut(evidence) ? ' 等' : ''}。`,
      ].join(''),
    why: () =>
      '守护进程看不到这些容器的挂载：docker exec 会失败，docker cp 会再次挂载其层而可能损坏数据，删除容器时会遗留挂载。',
  },
};
