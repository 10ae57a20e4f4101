'use client';
import { useFormatter } from 'use-intl';
import type { RangeText } from './gap-text.ts';

const DAY = { month: 'short', day: 'numeric' } as const;
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/**
 * A stretch of time in the reader's language and zone; the day is said once where both ends share it. Not by the
 * formatter's own ranges: server and browser put different spaces around their dash.
 */
export function useRangeText(): RangeText {
  const format = useFormatter();
  return (from, to) => {
    const [start, end] = [new Date(from), new Date(to)];
    const sameDay = format.dateTime(start, DAY) === format.dateTime(end, DAY);
    return `${format.dateTime(start, { ...DAY, ...TIME })} – ${format.dateTime(end, sameDay ? TIME : { ...DAY, ...TIME })}`;
  };
}
