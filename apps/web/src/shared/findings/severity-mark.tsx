'use client';
import type { Severity } from '@silt/domain/findings';
import { useTranslations } from 'use-intl';
import { StateGlyph } from '../ui/state-mark.tsx';

interface SeverityMarkProps {
  severity: Severity;
  /** With its word beside it; else that is only told to a screen reader. */
  words?: boolean;
}

/** Critical and warning are states and look so; a notice is none. */
export function SeverityMark({ severity, words = false }: SeverityMarkProps) {
  const t = useTranslations('findings.severity');
  return (
    <span className="inline-flex flex-none items-center gap-1.5 align-middle font-medium whitespace-nowrap">
      <SeverityGlyph severity={severity} />
      <span className={words ? undefined : 'sr-only'}>{t(severity)}</span>
    </span>
  );
}

/** Alone only where the severity's word stands near. */
export function SeverityGlyph({ severity }: { severity: Severity }) {
  if (severity !== 'notice') return <StateGlyph state={severity} />;
  return (
    <svg className="size-3.5 flex-none text-fg-3" viewBox="0 0 14 14" aria-hidden="true" fill="none">
      <circle cx="7" cy="7" r="5.75" stroke="currentColor" strokeWidth="1.5" />
      <path d="M7 6.2v4M7 3.6v1.5" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
