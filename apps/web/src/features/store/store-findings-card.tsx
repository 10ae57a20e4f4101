'use client';
import type { FindingList } from '@silt/domain';
import type { Severity } from '@silt/domain/findings';
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { FindingAccordion } from '../../shared/findings/finding-accordion.tsx';
import { findingsPath } from '../../shared/findings/finding-path.ts';
import { useCountsText } from '../../shared/findings/use-counts-text.ts';
import { useWide } from '../../shared/ui/use-wide.ts';

/** Lines before more is asked for. */
const FINDINGS_AT_FIRST = 5;

interface StoreFindingsCardProps {
  hostId: string;
  storeKey: string;
  /** Those that stand, the worst first; one at least. */
  list: FindingList;
  counts: Record<Severity, number> | null;
}

/** What is wrong with a store and what to do: the worst finding with its steps, the others as lines. */
export function StoreFindingsCard({ hostId, storeKey, list, counts }: StoreFindingsCardProps) {
  const t = useTranslations();
  const countsText = useCountsText();
  const { findings, total } = list;
  const [all, showAll] = useState(false);
  const wide = useWide();
  const shown = all ? findings : findings.slice(0, FINDINGS_AT_FIRST);
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('findings.title')}</h2>
        {counts && <span className="text-fg-3">{countsText(counts)}</span>}
        <Link href={findingsPath({ hostId, storeKey })} className="link ml-auto text-xs">
          {t('findingCards.allOfStore')}
        </Link>
      </header>
      {/* On a phone its steps would stand before all else that the page shows. */}
      <FindingAccordion key={String(wide)} findings={shown} firstOpen={wide} />
      {shown.length < total && (
        <p className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2 text-fg-2 max-md:px-3">
          {t('findingCards.shownOf', { shown: shown.length, total })}
          {shown.length < findings.length && (
            <button type="button" className="btn btn-small" onClick={() => showAll(true)}>
              {t('findingCards.showMore')}
            </button>
          )}
        </p>
      )}
    </section>
  );
}
