'use client';
import { useTranslations } from 'use-intl';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A unit is used from two of it on. */
const FROM_UNITS = 2;

/** How far two moments are apart, in words; the order does not matter. */
export function useSpan(): (a: string, b: string) => string {
  const t = useTranslations('compare');
  return (a, b) => {
    const span = Math.abs(Date.parse(b) - Date.parse(a));
    if (span >= FROM_UNITS * DAY) return t('spanDays', { days: Math.round(span / DAY) });
    if (span >= FROM_UNITS * HOUR) return t('spanHours', { hours: Math.round(span / HOUR) });
    return t('spanMinutes', { minutes: Math.round(span / MINUTE) });
  };
}
