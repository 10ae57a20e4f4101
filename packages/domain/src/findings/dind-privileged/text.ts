import { countWords, firstNames } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { PrivilegedContainer, PrivilegedDaemons } from './rule.ts';

const MAX_NAMED = 5;

const pathsOf = ({ hostPaths }: PrivilegedContainer, readOnly: string): string =>
  hostPaths.map((one) => (one.readOnly ? `${one.path} (${readOnly})` : one.path)).join(', ');

const only = ({ containerCount, containers }: PrivilegedDaemons): PrivilegedContainer | null =>
  containerCount === 1 ? (containers[0] ?? null) : null;

const namesOf = ({ containers, containerCount }: PrivilegedDaemons) =>
  firstNames(
    containers.map(({ container }) => container.name),
    containerCount,
    MAX_NAMED,
  );

function reachInEnglish(one: PrivilegedContainer): string {
  const paths =
    one.hostPaths.length === 0 ? '' : `Paths of the host in ${one.container.name}: ${pathsOf(one, 'read-only')}.`;
  return [paths, one.hasHostProcesses ? `${one.container.name} sees all processes of the host.` : '']
    .filter((part) => part !== '')
    .join(' ');
}

function reachInChinese(one: PrivilegedContainer): string {
  const paths = one.hostPaths.length === 0 ? '' : `挂入 ${one.container.name} 的主机路径：${pathsOf(one, '只读')}。`;
  return `${paths}${one.hasHostProcesses ? `${one.container.name} 能看到主机的所有进程。` : ''}`;
}

export const text: Record<Language, RuleText<PrivilegedDaemons>> = {
  en: {
    name: 'Nested daemon in a privileged container',
    title(evidence) {
      const one = only(evidence);
      if (one !== null) return `${one.container.name}: runs a Docker daemon in a privileged container`;
      return `${namesOf(evidence).en}: ${countWords(evidence.containerCount, 'privileged container runs', 'privileged containers run')} a Docker daemon`;
    },
    seen(evidence) {
      const one = only(evidence);
      const { containers, leftOutCount } = evidence;
      const first =
        one === null
          ? `Docker daemons run in ${countWords(evidence.containerCount, 'privileged container', 'privileged containers')}: ${namesOf(evidence).en}.`
          : `Container ${one.container.name} (${one.container.image}) is privileged, and a Docker daemon runs in it.`;
      const more = leftOutCount === 0 ? '' : `What the others have of it is not told here.`;
      return [first, ...containers.map(reachInEnglish), more].filter((part) => part !== '').join(' ');
    },
    why: () =>
      'A privileged container has the devices of the host. Whoever may build in it can mount the disk of the host and is root there.',
  },
  'zh-CN': {
    name: '特权容器中的嵌套守护进程',
    title(evidence) {
      const one = only(evidence);
      if (one !== null) return `${one.container.name}：在特权容器中运行 Docker 守护进程`;
      return `${namesOf(evidence)['zh-CN']}：共 ${evidence.containerCount} 个特权容器中运行着 Docker 守护进程`;
    },
    seen(evidence) {
      const one = only(evidence);
      const { containers, leftOutCount } = evidence;
      const first =
        one === null
          ? `${evidence.containerCount} 个特权容器中运行着 Docker 守护进程：${namesOf(evidence)['zh-CN']}。`
          : `容器 ${one.container.name}（${one.container.image}）为特权容器，其中运行着 Docker 守护进程。`;
      return [first, ...containers.map(reachInChinese), leftOutCount === 0 ? '' : '其余容器的情况未逐一列出。'].join(
        '',
      );
    },
    why: () => '特权容器可以访问主机的设备。任何能在其中构建镜像的人都可以挂载主机的磁盘，从而成为主机的 root。',
  },
};
