import type { Language, RuleText } from '../rule.ts';
import type { ProbeBlind } from './rule.ts';

export const text: Record<Language, RuleText<ProbeBlind>> = {
  en: {
    name: 'Part of the host is not read',
    title: ({ probe, status }) =>
      status === 'failed'
        ? `The probe "${probe}" fails`
        : `The probe "${probe}" may not read, or finds nothing to read`,
    seen: ({ reason, capability }) =>
      [reason ?? 'It gave no reason.', capability === null ? '' : `${capability} is what it takes.`].join(' ').trim(),
    why: ({ probe }) =>
      `What "${probe}" would tell is missing: the findings that need it say nothing, and that is not the same as calm.`,
  },
  'zh-CN': {
    name: '主机有一部分读不到',
    title: ({ probe, status }) =>
      status === 'failed' ? `探针 “${probe}” 失败` : `探针 “${probe}” 没有权限，或没有可读的内容`,
    seen: ({ reason, capability }) =>
      [reason ?? '没有给出原因。', capability === null ? '' : `需要 ${capability}。`].join(' ').trim(),
    why: ({ probe }) => `“${probe}” 的信息缺失：依赖它的检查什么也不会报，但这不等于没有问题。`,
  },
};
