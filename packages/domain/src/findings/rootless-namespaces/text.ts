import type { Language, RuleText } from '../rule.ts';
import type { FewNamespaces } from './rule.ts';

export const text: Record<Language, RuleText<FewNamespaces>> = {
  en: {
    name: 'Too few user namespaces for a rootless daemon',
    title: ({ daemon, maxUserNamespaces }) =>
      `${daemon}: rootless, and a user may make ${maxUserNamespaces} user namespaces`,
    seen: ({ maxUserNamespaces, recommended }) =>
      `user.max_user_namespaces is ${maxUserNamespaces}; Docker's documentation asks for ${recommended}.`,
    why: () =>
      'A rootless daemon lives in a user namespace. At its next start, or with the next build, it fails with "no space left on device", though every disk has room.',
  },
  'zh-CN': {
    name: 'rootless 守护进程的用户命名空间不足',
    title: ({ daemon, maxUserNamespaces }) =>
      `${daemon}：以 rootless 方式运行，而每个用户只能创建 ${maxUserNamespaces} 个用户命名空间`,
    seen: ({ maxUserNamespaces, recommended }) =>
      `user.max_user_namespaces 为 ${maxUserNamespaces}；Docker 文档建议设为 ${recommended}。`,
    why: () =>
      'rootless 守护进程运行在用户命名空间中。下次启动或下次构建时，它会报 “no space left on device” 而失败，尽管磁盘都有空间。',
  },
};
