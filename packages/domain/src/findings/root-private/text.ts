import type { Language, RuleText } from '../rule.ts';
import type { PrivateRoot } from './rule.ts';

export const text: Record<Language, RuleText<PrivateRoot>> = {
  en: {
    name: 'Data root not shared',
    title: ({ daemon, dataRoot }) => `${daemon}: unmounts below ${dataRoot} do not reach other namespaces`,
    seen: ({ mountPoint, dataRoot, propagation, pid }) =>
      `In the namespace of the daemon (pid ${pid}) the mount ${mountPoint}, which holds ${dataRoot}, is ${propagation}, not shared.`,
    why: () =>
      'When Docker unmounts the layer of a container, other namespaces that have a copy of the mount keep theirs. That is how mounts leak and removals fail.',
  },
  'zh-CN': {
    name: '数据目录未共享传播',
    title: ({ daemon, dataRoot }) => `${daemon}：${dataRoot} 下的卸载不会传播到其他命名空间`,
    seen: ({ mountPoint, dataRoot, propagation, pid }) =>
      `在守护进程（pid ${pid}）的命名空间中，${dataRoot} 所在的挂载 ${mountPoint} 为 ${propagation}，而不是 shared。`,
    why: () => 'Docker 卸载容器的层时，其他命名空间里的挂载副本会保留下来。挂载泄漏、容器删不掉，正是由此而来。',
  },
};
