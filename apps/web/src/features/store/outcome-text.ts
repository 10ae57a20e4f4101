import type { ScoredForecast } from '@silt/domain';
import { daysRangeText, daysText } from '../../shared/format/days-text.ts';
import { type ForecastVoice, slopeText } from './forecast-words.ts';

/** What became of a forecast, as sentences. */
export function outcomeText({ outcome, actualDays }: ScoredForecast, { t }: ForecastVoice): string {
  const is = t(`outcomeIs.${outcome}`);
  return actualDays === null ? is : `${is} ${t('happenedFull', { actual: daysText(actualDays, t) })}`;
}

/** What it said, short enough for a table; the interval stands beside the date. */
export function saidText({ verdict, daysLeft, horizonDays }: ScoredForecast, { t }: ForecastVoice): string {
  if (verdict === 'full') return t('saidFull');
  if (daysLeft !== null) {
    return t('saidDate', { left: daysText(daysLeft.p50, t), range: daysRangeText(daysLeft, t) });
  }
  if (verdict === 'steady') return t('saidNone', { days: horizonDays });
  return t('saidNoDate', { verdict: t(`verdict.${verdict}`) });
}

/** What happened, short enough for a table. */
export function happenedText({ actualDays, actualSlope, unit }: ScoredForecast, { t, locale }: ForecastVoice): string {
  const end = actualDays === null ? t('wasNotFull') : t('wasFull', { actual: daysText(actualDays, t) });
  if (actualSlope === null) return end;
  return `${end}, ${t('wasSlope', { slope: slopeText(actualSlope, unit, locale) })}`;
}
