'use client';
import type { Severity } from '@silt/domain/findings';
import { useTranslations } from 'use-intl';
import { SEVERITY_ORDER } from './severity-order.ts';

/** `1 critical, 4 warnings`; empty where there is none. */
export function useCountsText(): (counts: Record<Severity, number>) => string {
  const t = useTranslations('findings.group');
  return (counts) =>
    SEVERITY_ORDER.filter((severity) => counts[severity] > 0)
      .map((severity) => t(`counts.${severity}`, { count: counts[severity] }))
      .join(t('comma'));
}
