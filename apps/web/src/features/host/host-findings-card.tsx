'use client';
import type { FindingList, FleetRow } from '@silt/domain';
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { FindingAccordion } from '../../shared/findings/finding-accordion.tsx';
import { findingsPath } from '../../shared/findings/finding-path.ts';
import { useCountsText } from '../../shared/findings/use-counts-text.ts';
import { FoldedFindings } from './folded-findings.tsx';
import { HostBlindness } from './host-blindness.tsx';
import { HostFindingsFrame } from './host-findings-frame.tsx';
import { NoHostFindings } from './no-host-findings.tsx';

/** Lines before more is asked for. */
const FINDINGS_AT_FIRST = 10;

/** What stands on a host, what is muted or was resolved, and what could not be told. */
export function HostFindingsCard({ host, standing }: { host: FleetRow; standing: FindingList }) {
  const t = useTranslations('findingCards');
  const countsText = useCountsText();
  const [all, showAll] = useState(false);
  const { hostId, findings: counts } = host;
  const { findings, total } = standing;
  const shown = all ? findings : findings.slice(0, FINDINGS_AT_FIRST);
  const head = (
    <>
      {total > 0 && <span className="text-fg-3">{countsText(counts)}</span>}
      <Link href={findingsPath({ hostId })} className="link ml-auto text-xs">
        {t('allOfHost')}
      </Link>
    </>
  );
  return (
    <HostFindingsFrame head={head}>
      {total === 0 && <NoHostFindings hostId={hostId} />}
      <FindingAccordion findings={shown} />
      {shown.length < total && (
        <p className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2 text-fg-2 max-md:px-3">
          {t('shownOf', { shown: shown.length, total })}
          {shown.length < findings.length && (
            <button type="button" className="btn btn-small" onClick={() => showAll(true)}>
              {t('showMore')}
            </button>
          )}
        </p>
      )}
      <FoldedFindings hostId={hostId} list="muted" />
      <FoldedFindings hostId={hostId} list="resolved" />
      <HostBlindness hostId={hostId} />
    </HostFindingsFrame>
  );
}
