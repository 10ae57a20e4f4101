import type { Language, RuleText } from '../rule.ts';
import type { PlainApi } from './rule.ts';

const nameOf = ({ container, daemon }: PlainApi): string =>
  container === null ? daemon : `${container.name} (${daemon})`;

export const text: Record<Language, RuleText<PlainApi>> = {
  en: {
    name: 'Docker API without TLS',
    title: (evidence) => `${nameOf(evidence)}: Docker API on port ${evidence.port} without TLS`,
    seen: ({ addresses, port, pid, wasTried }) =>
      `The daemon (pid ${pid}) listens on ${addresses.join(', ')} port ${port}. ${wasTried ? 'A plain HTTP request was answered.' : 'It could not be tried from here; this is the port for the API in plain text.'}`,
    why: ({ isLoopback }) =>
      `Whoever reaches this port can start a privileged container, which is root, and no password is asked.${isLoopback ? ' Here that is each user and each program of this host.' : ' Such ports are found and used within hours.'}`,
  },
  'zh-CN': {
    name: 'Docker API 未启用 TLS',
    title: (evidence) => `${nameOf(evidence)}：端口 ${evidence.port} 上的 Docker API 未启用 TLS`,
    seen: ({ addresses, port, pid, wasTried }) =>
      `守护进程（pid ${pid}）监听 ${addresses.join('、')} 的端口 ${port}。${wasTried ? '明文 HTTP 请求得到了应答。' : '无法从此处尝试；该端口是明文 API 的约定端口。'}`,
    why: ({ isLoopback }) =>
      `任何能访问该端口的人都可以启动特权容器，即取得 root 权限，且无需密码。${isLoopback ? '在这里指本机的所有用户和程序。' : '这样的端口往往数小时内就会被发现并利用。'}`,
  },
};
