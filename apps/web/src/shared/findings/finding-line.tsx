'use client';
import type { FindingRow } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { FindingSince } from './finding-since.tsx';
import { SeverityMark } from './severity-mark.tsx';
import { useFindingNotes } from './use-finding-texts.ts';

interface FindingLineProps {
  finding: FindingRow;
  /** Its host's name before the title. */
  showHost?: boolean;
  /** Its rule as a tag beside the title; not in a list of that rule alone. */
  showRule?: boolean;
  /** The title leads there, and so does the whole line. Without one the line can stand in a button. */
  href?: string;
}

/** A finding in a list, made of spans alone. */
export function FindingLine({ finding, showHost = false, showRule = true, href }: FindingLineProps) {
  const t = useTranslations('common');
  const notes = useFindingNotes()(finding);
  const { severity, title, rule, seen, hostName, simulated } = finding;
  return (
    <span className="relative grid grid-cols-[14px_minmax(0,1fr)_auto] gap-x-2.5 text-left max-md:grid-cols-[14px_minmax(0,1fr)]">
      <span className="flex h-5 items-center">
        <SeverityMark severity={severity} />
      </span>
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          {showHost && (
            <span className="font-medium break-all text-fg-2">
              {hostName}
              {simulated && <span className="tag ml-1.5 border-dashed font-normal">{t('simulated')}</span>}
            </span>
          )}
          {href === undefined ? (
            <span className="font-semibold wrap-anywhere">{title}</span>
          ) : (
            <Link href={href} className="font-semibold wrap-anywhere after:absolute after:inset-0 hover:underline">
              {title}
            </Link>
          )}
          {showRule && <span className="tag">{rule}</span>}
        </span>
        <span className="block wrap-anywhere text-fg-2">{seen}</span>
        {notes.length > 0 && (
          <span className="flex flex-wrap gap-x-3 text-xs text-fg-3">
            {notes.map(({ name, text }) => (
              <span key={name} className="wrap-anywhere">
                {text}
              </span>
            ))}
          </span>
        )}
      </span>
      <span className="text-xs leading-5 whitespace-nowrap text-fg-3 max-md:col-start-2">
        <FindingSince finding={finding} />
      </span>
    </span>
  );
}
