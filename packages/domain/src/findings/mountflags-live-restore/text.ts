import type { Language, RuleText } from '../rule.ts';
import type { FlagsWithLiveRestore } from './rule.ts';

export const text: Record<Language, RuleText<FlagsWithLiveRestore>> = {
  en: {
    name: 'MountFlags together with live-restore',
    title: ({ unit, daemon, mountFlags }) => `${unit} (${daemon}): MountFlags=${mountFlags} together with live-restore`,
    seen: ({ unit, mountFlags, shimsElsewhere }) =>
      `${unit} sets MountFlags=${mountFlags}, and the daemon has live-restore on.${shimsElsewhere === null || shimsElsewhere === 0 ? '' : ` Shims of running containers that are in another mount namespace than the daemon by now: ${shimsElsewhere}.`}`,
    why: () =>
      'Each start of the daemon makes a new mount namespace, and live-restore leaves the containers in the old one. After a restart of the daemon docker exec fails, containers cannot be removed, and mounts leak.',
  },
  'zh-CN': {
    name: 'MountFlags 与 live-restore 同时启用',
    title: ({ unit, daemon, mountFlags }) => `${unit}（${daemon}）：MountFlags=${mountFlags} 与 live-restore 同时启用`,
    seen: ({ unit, mountFlags, shimsElsewhere }) =>
      `${unit} 设置了 MountFlags=${mountFlags}，且守护进程启用了 live-restore。${shimsElsewhere === null || shimsElsewhere === 0 ? '' : `目前已有 ${shimsElsewhere} 个运行中容器的 shim 与守护进程不在同一挂载命名空间。`}`,
    why: () =>
      '守护进程每次启动都会新建一个挂载命名空间，而 live-restore 让容器留在旧的里面。守护进程重启后，docker exec 会失败，容器删不掉，挂载也会泄漏。',
  },
};
