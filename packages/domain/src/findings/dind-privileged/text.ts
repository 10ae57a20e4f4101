import type { Language, RuleText } from '../rule.ts';
import type { PrivilegedDaemon } from './rule.ts';

const pathsOf = ({ hostPaths }: PrivilegedDaemon, readOnly: string): string =>
  hostPaths.map((one) => (one.readOnly ? `${one.path} (${readOnly})` : one.path)).join(', ');

export const text: Record<Language, RuleText<PrivilegedDaemon>> = {
  en: {
    name: 'Nested daemon in a privileged container',
    title: ({ container }) => `${container.name}: runs a Docker daemon in a privileged container`,
    seen: (evidence) =>
      `Container ${evidence.container.name} (${evidence.container.image}) is privileged, and a Docker daemon runs in it.${evidence.hostPaths.length === 0 ? '' : ` Paths of the host in it: ${pathsOf(evidence, 'read-only')}.`}${evidence.hasHostProcesses ? ' It sees all processes of the host.' : ''}`,
    why: () =>
      'A privileged container has the devices of the host. Whoever may build in it can mount the disk of the host and is root there.',
  },
  'zh-CN': {
    name: '特权容器中的嵌套守护进程',
    title: ({ container }) => `${container.name}：在特权容器中运行 Docker 守护进程`,
    seen: (evidence) =>
      `容器 ${evidence.container.name}（${evidence.container.image}）为特权容器，其中运行着 Docker 守护进程。${evidence.hostPaths.length === 0 ? '' : `挂入其中的主机路径：${pathsOf(evidence, '只读')}。`}${evidence.hasHostProcesses ? '它能看到主机的所有进程。' : ''}`,
    why: () => '特权容器可以访问主机的设备。任何能在其中构建镜像的人都可以挂载主机的磁盘，从而成为主机的 root。',
  },
};
