'use client';
import type { FindingRow } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useLocale, useTranslations } from 'use-intl';
import { errorKey } from '../../shared/api/error-key.ts';
import { useTRPC } from '../../shared/api/trpc.ts';
import { findingPath, findingsPath } from '../../shared/findings/finding-path.ts';
import { FindingSince } from '../../shared/findings/finding-since.tsx';
import { SeverityMark } from '../../shared/findings/severity-mark.tsx';
import { type FindingNote, useFindingNotes } from '../../shared/findings/use-finding-texts.ts';
import { worstFindingsInput } from './worst-findings-input.ts';

const BORDERS = {
  critical: 'shadow-[inset_2px_0_var(--crit)]',
  warning: 'shadow-[inset_2px_0_var(--warn)]',
  notice: '',
} as const;
/** In what way it is not as sure, or not as of now, as it looks. */
const DOUBTS: readonly FindingNote['name'][] = ['missed', 'blind', 'stale'];

/** The worst that stands in the fleet, and a way to the rest; nothing where nothing stands. On a phone the first one alone. */
export function WorstFindings() {
  const t = useTranslations('findingCards');
  const errors = useTranslations('errors');
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.findings.list.queryOptions(worstFindingsInput(useLocale())));
  if (!data && error !== null)
    return (
      <p role="alert" className="mt-3 text-fg-2">
        {t('worstFailed')} {errors(errorKey(error))}
      </p>
    );
  if (!data || data.findings.length === 0) return null;
  const { findings, total } = data;
  const more = (shown: number, className: string) =>
    total > shown && (
      <Link href={findingsPath({})} className={`link text-xs leading-6 ${className}`}>
        {t('more', { count: total - shown })}
      </Link>
    );
  return (
    <section aria-label={t('worst')} className="mt-3">
      <ul className={`grid gap-3 ${findings.length > 1 ? 'md:grid-cols-2' : ''}`}>
        {findings.map((finding) => (
          <WorstFinding key={`${finding.hostId}/${finding.findingNo}`} finding={finding} />
        ))}
      </ul>
      {total > 1 && (
        <p className={`mt-1 text-right ${total > findings.length ? '' : 'md:hidden'}`}>
          {more(findings.length, 'max-md:hidden')}
          {more(1, 'md:hidden')}
        </p>
      )}
    </section>
  );
}

function WorstFinding({ finding }: { finding: FindingRow }) {
  const t = useTranslations();
  const doubts = useFindingNotes()(finding).filter(({ name }) => DOUBTS.includes(name));
  const { severity, hostName, simulated, title, seen } = finding;
  return (
    <li
      className={`card relative grid grid-cols-[14px_minmax(0,1fr)_auto] content-start gap-x-2.5 px-4 py-2.5 hover:bg-hover max-md:px-3 max-md:not-first:hidden ${BORDERS[severity]}`}
    >
      <span className="flex h-5 items-center">
        <SeverityMark severity={severity} />
      </span>
      <span className="min-w-0 wrap-anywhere">
        <Link href={findingPath(finding)} className="font-semibold after:absolute after:inset-0 hover:underline">
          {t('findingCards.onHost', { host: hostName, title })}
        </Link>
        {simulated && <span className="tag ml-1.5 border-dashed">{t('common.simulated')}</span>}
      </span>
      <span className="text-xs leading-5 whitespace-nowrap text-fg-3 max-md:col-start-2 max-md:row-start-3">
        <FindingSince finding={finding} />
      </span>
      <span className="col-span-2 col-start-2 line-clamp-2 wrap-anywhere text-fg-2">{seen}</span>
      {doubts.map(({ name, text }) => (
        <span key={name} className="col-span-2 col-start-2 text-xs text-fg-3">
          {text}
        </span>
      ))}
    </li>
  );
}
