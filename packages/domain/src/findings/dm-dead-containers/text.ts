import type { Language, RuleText } from '../rule.ts';
import type { DmDeadContainers } from './rule.ts';

const namesOf = ({ dead, deadCount }: DmDeadContainers, comma: string): string =>
  `${dead
    .slice(0, 5)
    .map(({ name }) => name)
    .join(comma)}${deadCount > 5 ? ' …' : ''}`;
const holdersOf = ({ dead }: DmDeadContainers, comma: string): string =>
  [...new Set(dead.flatMap(({ holders }) => holders.map(({ name, pid }) => `${name} (${pid})`)))].join(comma);

export const text: Record<Language, RuleText<DmDeadContainers>> = {
  en: {
    name: 'Containers that cannot be removed: device is busy',
    title: (evidence) =>
      evidence.deadCount === 0
        ? `${evidence.daemonKey}: Docker puts off deleting ${evidence.deferredCount ?? 0} busy thin devices`
        : `${evidence.daemonKey}: ${evidence.deadCount} dead ${evidence.deadCount === 1 ? 'container' : 'containers'} that Docker could not remove`,
    seen: (evidence) =>
      `${evidence.deadCount === 0 ? 'No container is dead.' : `Dead: ${namesOf(evidence, ', ')}.`}${evidence.deferredCount === null ? '' : ` Deletions put off: ${evidence.deferredCount}.`}${holdersOf(evidence, '') === '' ? '' : ` Still mounted by ${holdersOf(evidence, ', ')}.`}`,
    why: () =>
      'Another process still has the device mounted, so its blocks stay in the pool. Removing with force only hides the container.',
  },
  'zh-CN': {
    name: '无法删除的容器：设备正忙',
    title: (evidence) =>
      evidence.deadCount === 0
        ? `${evidence.daemonKey}：Docker 推迟了 ${evidence.deferredCount ?? 0} 个繁忙精简设备的删除`
        : `${evidence.daemonKey}：有 ${evidence.deadCount} 个 Docker 未能删除的 dead 容器`,
    seen: (evidence) =>
      `${evidence.deadCount === 0 ? '没有 dead 容器。' : `dead 容器：${namesOf(evidence, '、')}。`}${evidence.deferredCount === null ? '' : `推迟的删除：${evidence.deferredCount} 个。`}${holdersOf(evidence, '') === '' ? '' : `仍被 ${holdersOf(evidence, '、')} 挂载。`}`,
    why: () => '另一个进程仍挂载着该设备，因此它的块一直留在池中。强制删除只是把容器藏起来。',
  },
};
