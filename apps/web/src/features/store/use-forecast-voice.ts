'use client';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import { useMinute } from '../../shared/intl/use-minute.ts';
import type { ForecastVoice } from './forecast-words.ts';

/** @param at the moment that the page shows, ISO 8601; null = now. */
export function useForecastVoice(at: string | null): ForecastVoice {
  const t = useTranslations('forecast');
  const locale = useLocale();
  const timeZone = useTimeZone();
  const minute = useMinute();
  return { t, locale, timeZone, at: at === null ? minute : Date.parse(at) };
}
