import { shortId } from '../docker-client.ts';
import type { Language, RuleText } from '../rule.ts';
import type { NotReady } from './rule.ts';

const nameOf = ({ container, containerId }: NotReady): string => container?.name ?? shortId(containerId);

export const text: Record<Language, RuleText<NotReady>> = {
  en: {
    name: 'Nested daemon never gets ready',
    title: (evidence) =>
      `${nameOf(evidence)}: its Docker daemon ${evidence.kind === 'restarts' ? 'restarts again and again' : 'does not get ready'}`,
    seen: (evidence) =>
      `${evidence.kind === 'restarts' ? `Container ${nameOf(evidence)} is restarting` : `A Docker daemon runs in container ${nameOf(evidence)} and does not answer${evidence.reason === null ? '' : ` (${evidence.reason})`}`}.${evidence.restartCount === null || evidence.restartCount === 0 ? '' : ` Restarts until now: ${evidence.restartCount}.`}`,
    why: () =>
      'Builds that need this daemon fail at random, or wait for it without end. Its own log has the reason; from outside the container looks healthy.',
  },
  'zh-CN': {
    name: '嵌套守护进程始终未就绪',
    title: (evidence) =>
      `${nameOf(evidence)}：其中的 Docker 守护进程${evidence.kind === 'restarts' ? '反复重启' : '始终未就绪'}`,
    seen: (evidence) =>
      `${evidence.kind === 'restarts' ? `容器 ${nameOf(evidence)} 正在重启` : `容器 ${nameOf(evidence)} 中运行着 Docker 守护进程，但没有应答${evidence.reason === null ? '' : `（${evidence.reason}）`}`}。${evidence.restartCount === null || evidence.restartCount === 0 ? '' : `迄今已重启 ${evidence.restartCount} 次。`}`,
    why: () => '依赖它的构建会随机失败或一直等待。原因写在它自己的日志里，而从外面看容器一切正常。',
  },
};
