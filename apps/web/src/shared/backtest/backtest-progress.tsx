'use client';
import { BACKTEST_DEADLINE_MINUTES, BACKTEST_FAILURES, type BacktestFailure, type BacktestView } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { changeErrorKey, errorKey } from '../api/error-key.ts';
import { StateGlyph } from '../ui/state-mark.tsx';
import type { BacktestState } from './use-backtest.ts';

/** How far a replay is that is not done: asked for, waiting, running, failed. Told by screen readers as it changes. */
export function BacktestProgress({ backtest }: { backtest: BacktestState }) {
  const { view, isUnderWay, error } = backtest;
  const t = useTranslations('backtest');
  return (
    <>
      <div role="status" className="empty:hidden">
        {isUnderWay && <p className="text-fg-2">{view === undefined ? t('starting') : <UnderWay view={view} />}</p>}
      </div>
      <div role="alert" className="empty:hidden">
        {error !== null && !isUnderWay && <Problem backtest={backtest} />}
        {error === null && view?.state === 'failed' && (
          <p className="flex items-start gap-2">
            <Mark />
            <span>
              {t('failed')} <FailureText failure={view.failure} />
            </span>
          </p>
        )}
      </div>
    </>
  );
}

function UnderWay({ view: { state, hostsDone, hostsTotal } }: { view: BacktestView }) {
  const t = useTranslations('backtest');
  if (state === 'waiting') return t('waiting');
  if (hostsTotal === null) return t('counting');
  if (hostsTotal === 1) return t('running');
  const text = t('runningHosts', { done: hostsDone, total: hostsTotal });
  return (
    <>
      {text} <progress className="progress" value={hostsDone} max={hostsTotal} aria-label={text} />
    </>
  );
}

function Problem({ backtest: { error, errorCode, isAsked } }: { backtest: BacktestState }) {
  const t = useTranslations();
  const own = { TOO_MANY_REQUESTS: 'backtest.tooMany', NOT_FOUND: 'backtest.gone' } as const;
  const common = isAsked ? (`errors.${errorKey(error)}` as const) : (`changeErrors.${changeErrorKey(error)}` as const);
  const isGone = errorCode === 'NOT_FOUND' && isAsked;
  return (
    <p className="flex items-start gap-2">
      <Mark />
      {t(errorCode === 'TOO_MANY_REQUESTS' || isGone ? own[errorCode] : common)}
    </p>
  );
}

/** A sentence that this page does not know is told as it is. */
function FailureText({ failure }: { failure: string | null }) {
  const t = useTranslations('backtest.failures');
  const known = (Object.keys(BACKTEST_FAILURES) as BacktestFailure[]).find((key) => BACKTEST_FAILURES[key] === failure);
  if (known === undefined) return failure;
  return known === 'too-long' ? t(known, { minutes: BACKTEST_DEADLINE_MINUTES }) : t(known);
}

const Mark = () => (
  <span className="mt-[3px]">
    <StateGlyph state="critical" />
  </span>
);
