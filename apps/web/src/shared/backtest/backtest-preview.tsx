'use client';
import { type BacktestResult, horizonDaysOf, MIN_HISTORY_DAYS } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../api/trpc.ts';
import { daysText, MIN_HISTORY_HOURS } from '../format/days-text.ts';
import { BacktestProgress } from './backtest-progress.tsx';
import { lastDays } from './backtest-request.ts';
import { compareHorizons, toldOf } from './compare-horizons.ts';
import { useBacktest } from './use-backtest.ts';

const AlarmTable = dynamic(() => import('./backtest-rows.tsx').then((module) => module.AlarmTable));
const FillLines = dynamic(() => import('./backtest-rows.tsx').then((module) => module.FillLines));

const RANGE_DAYS = 90;
/** Places of the horizons of the request. */
const [IN_FORCE, TRIED] = [0, 1];

interface BacktestPreviewProps {
  /** The setting that is tried. */
  horizonDays: number;
  /** Empty = every host. */
  tag: string;
}

/** What another horizon would have changed on the hosts concerned. Nothing is shown of the one that is in force. */
export function BacktestPreview({ horizonDays, tag }: BacktestPreviewProps) {
  const t = useTranslations('backtest');
  const trpc = useTRPC();
  const { data: list } = useQuery(trpc.tagSettings.list.queryOptions());
  const backtest = useBacktest();
  const { view, isUnderWay, error } = backtest;
  if (!list) return null;
  const inForce = horizonDaysOf(tag === '' ? [] : [tag], list.settings);
  if (inForce === horizonDays) return null;
  const run = (): void =>
    backtest.start({
      ...{ hostId: null, storeKey: null, tag: tag === '' ? null : tag },
      ...lastDays(RANGE_DAYS, Date.now()),
      horizonsDays: [inForce, horizonDays],
    });
  const result = error === null && view?.state === 'done' ? view.result : null;
  return (
    <div className="grid justify-items-start gap-2">
      {result === null && (
        <button type="button" className="btn" onClick={run} disabled={isUnderWay}>
          {t('previewRun', { tried: horizonDays })}
        </button>
      )}
      <BacktestProgress backtest={backtest} />
      {result && <Difference result={result} />}
    </div>
  );
}

function Difference({ result }: { result: BacktestResult }) {
  const t = useTranslations('backtest');
  const words = useTranslations('forecast');
  const [areShown, show] = useState(false);
  const [inForce, tried] = result.horizons;
  if (!inForce || !tried) return null;
  if (result.hosts === 0) return <p role="status">{t('noHosts')}</p>;
  if (result.daysRead === 0) return <p role="status">{t('nothingRead')}</p>;
  const { how, count, real, before } = compareHorizons(inForce, tried);
  const settings = { tried: tried.horizonDays, inForce: inForce.horizonDays };
  const sentence = {
    more: () => t('more', { ...settings, count, real }),
    fewer: () => t('fewer', { ...settings, count, real }),
    same: () => t('same', { ...settings, count }),
    other: () => t('other', { ...settings, count, real, before: before.count, realBefore: before.real }),
  }[how]();
  // Of fills that are left out nobody knows here whether they were told.
  const fills = result.cut === 0 ? result.fills.length : 0;
  const leads = [tried, inForce].map(({ medianLeadHours: hours }) =>
    hours === null ? null : daysText(hours / 24, words),
  );
  const hasRows = result.fills.length + inForce.alarms.length + tried.alarms.length > 0;
  return (
    <>
      <p role="status">
        {sentence}{' '}
        {fills > 0 &&
          t('fillsTold', {
            fills,
            told: toldOf(result, TRIED, fills),
            toldBefore: toldOf(result, IN_FORCE, fills),
          })}{' '}
        {leads[0] != null && leads[1] != null && t('leads', { lead: leads[0], before: leads[1] })}
      </p>
      <p className="text-xs text-fg-3">
        {t('previewRange', { days: RANGE_DAYS, hosts: result.hosts, inForce: inForce.horizonDays })}{' '}
        {result.daysRead < MIN_HISTORY_DAYS && `${t('short', { days: result.daysRead, needed: MIN_HISTORY_HOURS })} `}
        {t('basis', { clocks: result.clocks, hours: result.stepHours })}
        {result.cut > 0 && ` ${t('cut', { count: result.cut })}`}
      </p>
      {hasRows && (
        <button type="button" className="btn btn-small" aria-expanded={areShown} onClick={() => show(!areShown)}>
          {areShown ? t('rowsHide') : t('rows')}
        </button>
      )}
      {areShown && <Rows result={result} />}
    </>
  );
}

function Rows({ result: { fills, horizons } }: { result: BacktestResult }) {
  const t = useTranslations('backtest');
  return (
    <div className="grid w-full gap-3">
      {fills.length > 0 && (
        <section className="grid gap-1.5">
          <h3 className="font-semibold">{t('fills')}</h3>
          <FillLines fills={fills} horizon={TRIED} withPlace />
        </section>
      )}
      {horizons.map(({ horizonDays, alarms }) => (
        <section key={horizonDays} className="grid gap-1.5">
          <h3 className="font-semibold">{t('alarms', { days: horizonDays })}</h3>
          {alarms.length === 0 ? <p className="text-fg-2">{t('noAlarm')}</p> : <AlarmTable alarms={alarms} withPlace />}
        </section>
      ))}
    </div>
  );
}
