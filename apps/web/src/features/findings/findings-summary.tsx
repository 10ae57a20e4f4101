'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { summaryInput } from './findings-inputs.ts';
import { useHosts } from './use-hosts.ts';

/** What stands in the whole fleet, in a sentence, whatever is filtered. */
export function FindingsSummary() {
  const t = useTranslations('findings');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.findings.groups.queryOptions(summaryInput(useLocale())));
  const hosts = useHosts();
  const known = data !== undefined && hosts !== null && data.total > 0;
  return (
    <p className="min-h-5 text-fg-2">
      {known && t('summary', { ...data.counts, affected: data.total, hosts: hosts.total })}
    </p>
  );
}
