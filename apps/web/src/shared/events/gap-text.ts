import type { HistoryGap } from '@silt/domain';
import type { useTranslations } from 'use-intl';

export type GapWords = ReturnType<typeof useTranslations<'gap'>>;
/** A stretch of time in words; both ends ISO 8601. */
export type RangeText = (from: string, to: string) => string;

/** "760 snapshots lost, 12:03 – 14:10: the spool was full". */
export function gapText({ from, to, records, reason }: HistoryGap, t: GapWords, rangeText: RangeText): string {
  const why = t(`reason.${reason}`);
  if (from === null || to === null) return t('unplaced', { count: records, why });
  return t('lost', { count: records, when: rangeText(from, to), why });
}
