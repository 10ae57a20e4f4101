'use client';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { BacktestProgress } from './backtest-progress.tsx';
import { lastDays } from './backtest-request.ts';
import { OptionSwitch } from './option-switch.tsx';
import { useBacktest } from './use-backtest.ts';

/** Not loaded before there is something to show. */
const BacktestOutcome = dynamic(() => import('./backtest-outcome.tsx').then((module) => module.BacktestOutcome));

const RANGES_DAYS = [30, 90, 365] as const;
const DEFAULT_RANGE_DAYS = 90;
const HORIZONS_DAYS = [3, 7, 14, 30];
const DEFAULT_HORIZON_DAYS = 7;

interface BacktestCardProps {
  hostId: string;
  storeKey: string;
}

/** What the detectors would have told of a store, replayed over its history: when could we have known? */
export function BacktestCard({ hostId, storeKey }: BacktestCardProps) {
  const t = useTranslations('backtest');
  const [rangeDays, setRangeDays] = useState<number>(DEFAULT_RANGE_DAYS);
  const [horizonDays, setHorizonDays] = useState(DEFAULT_HORIZON_DAYS);
  const backtest = useBacktest();
  const { view, isUnderWay, error } = backtest;
  const result = error === null && view?.state === 'done' ? view.result : null;
  const isUntouched = view === undefined && !isUnderWay && error === null;
  const run = (): void =>
    backtest.start({ hostId, storeKey, tag: null, ...lastDays(rangeDays, Date.now()), horizonsDays: HORIZONS_DAYS });
  const options = (values: readonly number[]) =>
    values.map((days) => ({ value: days, label: t('rangeDays', { days }) }));
  return (
    <section className="card">
      <header className="card-head gap-y-1">
        <h2 className="font-semibold">{t('title')}</h2>
        <span className="ml-auto flex flex-wrap items-center gap-2">
          <OptionSwitch legend={t('range')} options={options(RANGES_DAYS)} value={rangeDays} change={setRangeDays} />
          <button type="button" className="btn btn-small" onClick={run} disabled={isUnderWay}>
            {isUntouched ? t('run') : t('runAgain')}
          </button>
        </span>
      </header>
      <div className="card-body grid gap-3">
        <p className="text-xs text-fg-3">{t('about')}</p>
        {isUntouched && <p className="text-fg-2">{t('notRun')}</p>}
        <BacktestProgress backtest={backtest} />
        {result && view && (
          <>
            <span className="flex flex-wrap items-center gap-2 text-fg-2">
              {t('horizon')}
              <OptionSwitch
                legend={t('horizon')}
                options={options(HORIZONS_DAYS)}
                value={horizonDays}
                change={setHorizonDays}
              />
            </span>
            <BacktestOutcome request={view.request} result={result} horizonDays={horizonDays} />
          </>
        )}
      </div>
    </section>
  );
}
