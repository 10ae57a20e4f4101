'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { FindingAccordion } from '../../shared/findings/finding-accordion.tsx';
import { useMinute } from '../../shared/intl/use-minute.ts';
import { HOST_FINDINGS } from './host-findings-input.ts';
import { useHostFindings } from './use-host-findings.ts';

const RESOLVED_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;

/** Findings of a host that are muted, or that were resolved lately: their number, and on demand themselves. */
export function FoldedFindings({ hostId, list }: { hostId: string; list: 'muted' | 'resolved' }) {
  const t = useTranslations('findingCards');
  const now = useMinute();
  const [open, setOpen] = useState(false);
  const { data } = useHostFindings(hostId, list, true);
  const since = now - RESOLVED_DAYS * DAY_MILLISECONDS;
  const findings = (data?.findings ?? []).filter(
    ({ resolvedAt }) => resolvedAt === null || Date.parse(resolvedAt) >= since,
  );
  if (!data || findings.length === 0) return null;
  const more = findings.length === HOST_FINDINGS && data.total > HOST_FINDINGS ? 'yes' : 'no';
  return (
    <details className="border-t border-line" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="px-4 py-2 text-fg-2 outline-offset-[-2px] hover:bg-hover max-md:px-3 max-md:py-2.5">
        {t(`folded.${list}`, { count: findings.length, more, days: RESOLVED_DAYS })}
      </summary>
      {open && (
        <div className="border-t border-line">
          <FindingAccordion findings={findings} />
        </div>
      )}
    </details>
  );
}
