'use client';
import type { FindingList } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { FindingAccordion } from '../../shared/findings/finding-accordion.tsx';
import { findingsPath } from '../../shared/findings/finding-path.ts';
import { useCountsText } from '../../shared/findings/use-counts-text.ts';

interface StoreFindingsCardProps {
  hostId: string;
  storeKey: string;
  /** Those that stand, the worst first; one at least. */
  list: FindingList;
}

/** What is wrong with a store and what to do: the worst finding with its steps, the others as lines. */
export function StoreFindingsCard({ hostId, storeKey, list }: StoreFindingsCardProps) {
  const t = useTranslations();
  const countsText = useCountsText();
  const { findings, total } = list;
  const counts = { critical: 0, warning: 0, notice: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('findings.title')}</h2>
        {findings.length === total && <span className="text-fg-3">{countsText(counts)}</span>}
        <Link href={findingsPath({ hostId, storeKey })} className="link ml-auto text-xs">
          {t('findingCards.allOfStore')}
        </Link>
      </header>
      <FindingAccordion findings={findings} firstOpen />
      {findings.length < total && (
        <p className="border-t border-line px-4 py-2 text-fg-2 max-md:px-3">
          {t('findingCards.shownOf', { shown: findings.length, total })}
        </p>
      )}
    </section>
  );
}
