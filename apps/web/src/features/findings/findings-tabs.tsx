'use client';
import { FINDING_LISTS, type FindingListName } from '@silt/domain';
import type { ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Tabs } from '../../shared/ui/tabs.tsx';

interface FindingsTabsProps {
  list: FindingListName;
  /** Findings of each by the same filters; null = not read yet. */
  counts: Record<FindingListName, number> | null;
  change(list: FindingListName): void;
  /** What the chosen tab shows. */
  children: ReactNode;
}

export function FindingsTabs({ list, counts, change, children }: FindingsTabsProps) {
  const t = useTranslations('findings.tabs');
  const format = useFormatter();
  const title = (name: FindingListName): ReactNode => (
    <>
      {t(name)} {counts && <span className="font-normal text-fg-3">{format.number(counts[name])}</span>}
    </>
  );
  return (
    <Tabs label={t('label')} names={FINDING_LISTS} chosen={list} change={change} title={title}>
      {children}
    </Tabs>
  );
}
