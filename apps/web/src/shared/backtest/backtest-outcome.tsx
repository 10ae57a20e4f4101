'use client';
import { type BacktestRequest, type BacktestResult, MIN_HISTORY_DAYS } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { daysText, MIN_HISTORY_HOURS } from '../format/days-text.ts';
import { AlarmStrip } from './alarm-strip.tsx';
import { daysOf } from './backtest-request.ts';
import { AlarmTable, FillLines } from './backtest-rows.tsx';

interface BacktestOutcomeProps {
  request: BacktestRequest;
  result: BacktestResult;
  /** Days; one of those of the request. */
  horizonDays: number;
}

/** What a replay of one store found, with one horizon. */
export function BacktestOutcome({ request, result, horizonDays }: BacktestOutcomeProps) {
  const t = useTranslations('backtest');
  const words = useTranslations('forecast');
  const place = result.horizons.findIndex((one) => one.horizonDays === horizonDays);
  const horizon = result.horizons[place];
  if (!horizon) return null;
  if (result.daysRead === 0) return <p className="text-fg-2">{t('nothingRead')}</p>;
  const { alarms, counts, medianLeadHours } = horizon;
  const days = daysOf(request);
  const hasNothing = result.fills.length === 0 && alarms.length === 0;
  const isShort = result.daysRead < MIN_HISTORY_DAYS;
  return (
    <div className="grid gap-3">
      {isShort && <p>{t('short', { days: result.daysRead, needed: MIN_HISTORY_HOURS })}</p>}
      {!isShort && result.daysRead < days && (
        <p className="text-fg-2">{t('shortened', { range: days, days: result.daysRead })}</p>
      )}
      {hasNothing && !isShort && <p>{t('nothing', { days: result.daysRead })}</p>}
      {result.fills.length > 0 && <FillLines fills={result.fills} horizon={place} withPlace={false} />}
      {result.fills.length === 0 && !hasNothing && <p>{t('noFill', { days: result.daysRead })}</p>}
      {!hasNothing && <AlarmStrip range={request} alarms={alarms} fills={result.fills} />}
      {alarms.length > 0 && <AlarmTable alarms={alarms} withPlace={false} />}
      {alarms.length === 0 && !hasNothing && <p>{t('noAlarm')}</p>}
      <p className="text-xs text-fg-3">
        {alarms.length > 0 && `${t('summary', summaryOf(alarms.length, counts))} `}
        {medianLeadHours !== null && `${t('lead', { lead: daysText(medianLeadHours / 24, words) })} `}
        {t('basis', { clocks: result.clocks, hours: result.stepHours })}
        {result.cut > 0 && ` ${t('cut', { count: result.cut })}`}
      </p>
    </div>
  );
}

const summaryOf = (count: number, { real, averted, open, false: wrong }: Record<string, number>) => ({
  ...{ count, real: real ?? 0, averted: averted ?? 0, open: open ?? 0, wrong: wrong ?? 0 },
});
