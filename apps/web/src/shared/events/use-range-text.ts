'use client';
import { useFormatter } from 'use-intl';
import type { RangeText } from './gap-text.ts';

const FORMAT = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A stretch of time in the reader's language and zone; the day is said once where both ends share it. */
export function useRangeText(): RangeText {
  const format = useFormatter();
  return (from, to) => format.dateTimeRange(new Date(from), new Date(to), FORMAT);
}
