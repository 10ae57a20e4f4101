import type { Language, RuleText } from '../rule.ts';
import type { PinningBind } from './rule.ts';

export const text: Record<Language, RuleText<PinningBind>> = {
  en: {
    name: 'Bind mount that pins the mounts of others',
    title: ({ container, source, propagation }) => `${container.name}: binds ${source} as ${propagation}, not rslave`,
    seen: ({ container, source, destination, propagation, dataRoot, heldLayers }) =>
      `Container ${container.name} has ${source} at ${destination} with propagation ${propagation}. The mounts below ${dataRoot} come along with it.${heldLayers === 0 ? '' : ` Layers of stopped containers that it holds now: ${heldLayers}.`}`,
    why: () =>
      'When it starts it gets a copy of every mount below, and no unmount on the host reaches its copies. As long as it runs, other containers may not be removable.',
  },
  'zh-CN': {
    name: '绑定挂载占住其他容器的挂载',
    title: ({ container, source, propagation }) => `${container.name}：以 ${propagation} 而非 rslave 绑定 ${source}`,
    seen: ({ container, source, destination, propagation, dataRoot, heldLayers }) =>
      `容器 ${container.name} 将 ${source} 绑定到 ${destination}，传播方式为 ${propagation}，${dataRoot} 下的挂载也随之进入容器。${heldLayers === 0 ? '' : `它目前占着 ${heldLayers} 个已停止容器的层。`}`,
    why: () => '它启动时会复制其下的所有挂载，而主机上的卸载传不到这些副本。只要它在运行，其他容器就可能删不掉。',
  },
};
