import { countWords, firstNames } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { BlindProbe, ProbeBlind } from './rule.ts';

const NO_REASON: Record<Language, string> = { en: 'It gave no reason.', 'zh-CN': '没有给出原因。' };

const only = ({ probes, leftOutCount }: ProbeBlind): BlindProbe | null =>
  probes.length + leftOutCount === 1 ? (probes[0] ?? null) : null;

/** More than there are. */
const MAX_RIGHTS = 8;

const capabilitiesOf = ({ probes }: ProbeBlind): string[] =>
  [...new Set(probes.flatMap(({ capability }) => capability ?? []))].sort();

/** Of one alone without its name, which the title has. */
function reasonsOf(evidence: ProbeBlind, language: Language): string[] {
  const isOne = only(evidence) !== null;
  return evidence.probes.map(({ probe, reason }) => {
    const told = reason ?? NO_REASON[language];
    if (isOne) return told;
    return language === 'en' ? `"${probe}": ${told}` : `“${probe}”：${told}`;
  });
}

export const text: Record<Language, RuleText<ProbeBlind>> = {
  en: {
    name: 'Part of the host is not read',
    title(evidence) {
      const { failedCount, unavailableCount } = evidence;
      const one = only(evidence);
      if (one !== null) {
        return one.status === 'failed'
          ? `The probe "${one.probe}" fails`
          : `The probe "${one.probe}" may not read, or finds nothing to read`;
      }
      const failed = countWords(failedCount, 'probe fails', 'probes fail');
      const unavailable = countWords(
        unavailableCount,
        'may not read, or finds nothing to read',
        'may not read, or find nothing to read',
      );
      if (unavailableCount === 0) return failed;
      if (failedCount > 0) return `${failed}, ${unavailable}`;
      return `${unavailableCount} probes may not read, or find nothing to read`;
    },
    seen(evidence) {
      const told = reasonsOf(evidence, 'en');
      const { leftOutCount } = evidence;
      const more = leftOutCount === 0 ? [] : [`${countWords(leftOutCount, 'more is', 'more are')} not told here.`];
      const rights = firstNames(capabilitiesOf(evidence), capabilitiesOf(evidence).length, MAX_RIGHTS).en;
      const isOne = capabilitiesOf(evidence).length === 1;
      return [...told, ...more, ...(rights === '' ? [] : [`${rights} ${isOne ? 'is' : 'are'} what it takes.`])].join(
        ' ',
      );
    },
    why: () =>
      'What these probes would tell is missing: the findings that need it say nothing, and that is not the same as calm.',
  },
  'zh-CN': {
    name: '主机有一部分读不到',
    title(evidence) {
      const { failedCount, unavailableCount } = evidence;
      const one = only(evidence);
      if (one !== null) {
        return one.status === 'failed' ? `探针 “${one.probe}” 失败` : `探针 “${one.probe}” 没有权限，或没有可读的内容`;
      }
      return [
        failedCount === 0 ? '' : `${failedCount} 个探针失败`,
        unavailableCount === 0 ? '' : `${unavailableCount} 个探针没有权限，或没有可读的内容`,
      ]
        .filter((part) => part !== '')
        .join('；');
    },
    seen(evidence) {
      const told = reasonsOf(evidence, 'zh-CN');
      const { leftOutCount } = evidence;
      const more = leftOutCount === 0 ? [] : [`另有 ${leftOutCount} 个未逐一列出。`];
      const rights = capabilitiesOf(evidence).join('、');
      return [...told, ...more, ...(rights === '' ? [] : [`需要 ${rights}。`])].join(' ');
    },
    why: () => '这些探针的信息缺失：依赖它们的检查什么也不会报，但这不等于没有问题。',
  },
};
