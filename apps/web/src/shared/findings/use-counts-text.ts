'use client';
import type { Severity } from '@silt/domain/findings';
import { useTranslations } from 'use-intl';

/** Worst first. The domain's own list would bring every rule to the browser. */
const ORDER = ['critical', 'warning', 'notice'] as const satisfies readonly Severity[];

/** `1 critical, 4 warnings`; empty where there is none. */
export function useCountsText(): (counts: Record<Severity, number>) => string {
  const t = useTranslations('findings.group.counts');
  return (counts) =>
    ORDER.filter((severity) => counts[severity] > 0)
      .map((severity) => t(severity, { count: counts[severity] }))
      .join(', ');
}
