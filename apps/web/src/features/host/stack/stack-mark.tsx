'use client';
import { useTranslations } from 'use-intl';
import { SeverityGlyph } from '../../../shared/findings/severity-mark.tsx';
import type { FindingMark } from './finding-marks.ts';

/** How many findings a store has, and how bad the worst is. Nothing where there is none. */
export function StackMark({ mark }: { mark: FindingMark | undefined }) {
  const t = useTranslations();
  if (mark === undefined) return null;
  const count = `${mark.count}${mark.atLeast ? '+' : ''}`;
  const text = t('findingCards.ofStore', {
    count,
    severity: t(`findings.severity.${mark.severity}`),
  });
  return (
    <span
      className="inline-flex flex-none items-center gap-1 rounded-sm border border-line-2 px-1 text-2xs leading-4 text-fg-2"
      title={text}
    >
      <SeverityGlyph severity={mark.severity} />
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{text}</span>
    </span>
  );
}
