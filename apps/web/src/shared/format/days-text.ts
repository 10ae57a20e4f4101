import { MAX_DAYS_LEFT, MIN_HISTORY_DAYS } from '@silt/domain';
import type { useTranslations } from 'use-intl';

/** Translates the keys of `forecast`. */
export type ForecastWords = ReturnType<typeof useTranslations<'forecast'>>;

const HOURS_A_DAY = 24;
/** What a forecast needs, as it is told: days and a half are told in hours. */
export const MIN_HISTORY_HOURS = MIN_HISTORY_DAYS * HOURS_A_DAY;
/** Up to here hours are told beside the days. */
const HOURS_UNTIL_DAYS = 7;
const DAYS_UNTIL = 21;
const WEEKS_UNTIL_DAYS = 61;
const DAYS_A_MONTH = 30.44;

/**
 * Days as people tell them: `under 1 h`, `5 h`, `6 d 4 h`, `4 days`, `12 days`, `3 weeks`, `5 months`, `> 2 years`.
 *
 * @param days null = no end within `MAX_DAYS_LEFT`; negative counts as none left.
 */
export function daysText(days: number | null, t: ForecastWords): string {
  if (days === null || days >= MAX_DAYS_LEFT) return t('span.over');
  const hours = Math.round(days * HOURS_A_DAY);
  if (hours < 1) return t('span.underHour');
  if (hours < HOURS_A_DAY) return t('span.hours', { hours });
  if (hours < HOURS_UNTIL_DAYS * HOURS_A_DAY) {
    const [whole, rest] = [Math.floor(hours / HOURS_A_DAY), hours % HOURS_A_DAY];
    return rest === 0 ? t('span.days', { days: whole }) : t('span.daysHours', { days: whole, hours: rest });
  }
  if (days < DAYS_UNTIL) return t('span.days', { days: Math.round(days) });
  if (days < WEEKS_UNTIL_DAYS) return t('span.weeks', { weeks: Math.round(days / 7) });
  return t('span.months', { months: Math.round(days / DAYS_A_MONTH) });
}

/** p10–p90 in words, to stand beside p50: `5 d 2 h – 8 days`. */
export function daysRangeText({ p10, p90 }: { p10: number; p90: number | null }, t: ForecastWords): string {
  const from = daysText(p10, t);
  if (p90 === null || p90 >= MAX_DAYS_LEFT) return t('span.openRange', { from });
  return t('span.range', { from, to: daysText(p90, t) });
}
