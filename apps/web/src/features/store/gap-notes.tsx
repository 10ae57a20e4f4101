'use client';
import type { HistoryGap } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { gapText } from '../../shared/events/gap-text.ts';
import { useRangeText } from '../../shared/events/use-range-text.ts';

const MAX_NAMED_GAPS = 5;

/** What was lost within the range, in words; also what has no place in the chart. */
export function GapNotes({ gaps }: { gaps: readonly HistoryGap[] }) {
  const t = useTranslations('gap');
  const rangeText = useRangeText();
  if (gaps.length === 0) return null;
  const named = gaps.slice(-MAX_NAMED_GAPS);
  return (
    <ul className="mt-3 grid gap-0.5 text-xs text-fg-2" aria-label={t('title')}>
      {gaps.length > named.length && <li>{t('earlier', { count: gaps.length - named.length })}</li>}
      {named.map((gap, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two gaps may be alike, and the list is drawn as a whole
        <li key={index}>{gapText(gap, t, rangeText)}</li>
      ))}
    </ul>
  );
}
