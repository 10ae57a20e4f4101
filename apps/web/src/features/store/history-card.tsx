'use client';
import type { ForecastView, HistoryRange, StoreHistory, StoreKind } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { Failure } from '../../shared/ui/failure.tsx';
import { forecastDates } from './forecast-dates.ts';
import { GapNotes } from './gap-notes.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { forecastEnd } from './panel-forecast.ts';
import { type Panel, panelsOf } from './panels.ts';
import { useHistory } from './use-history.ts';
import { useShowForecast } from './use-show-forecast.ts';

interface HistoryCardProps {
  hostId: string;
  storeKey: string;
  kind: StoreKind;
  range: HistoryRange;
  /** End of the range, ISO 8601 UTC; null = live. */
  at: string | null;
  /** Of the store's clocks; empty = none, or not read yet. */
  forecasts: readonly ForecastView[];
}

const hasSample = (history: StoreHistory): boolean =>
  history.series.some(({ last }) => last.some((value) => value !== null));

/** What can run out, one panel each, over one time axis. */
export function HistoryCard({ hostId, storeKey, kind, range, at, forecasts }: HistoryCardProps) {
  const t = useTranslations('store');
  const history = useHistory({ hostId, storeKey, range, at });
  const [isShown, show] = useShowForecast();
  const words = useTranslations('forecast');
  if (!history.data && history.errorUpdateCount > 0)
    return <Failure error={history.error} retry={() => void history.refetch()} retrying={history.isFetching} />;
  const panels = history.data ? panelsOf(kind, history.data) : [];
  const shown = isShown ? forecasts : [];
  const end = history.data ? endOf(history.data, panels, shown) : 0;
  const hasDate = forecasts.some(({ daysLeft, verdict }) => daysLeft !== null && verdict !== 'full');
  return (
    <section className="card" aria-busy={history.isPlaceholderData}>
      <header className="card-head">
        <h2 className="font-semibold">{t('history')}</h2>
        {hasDate && (
          <button
            type="button"
            className="btn btn-small aria-pressed:bg-sel"
            aria-pressed={isShown}
            onClick={() => show(!isShown)}
          >
            {words('show')}
          </button>
        )}
        <Legend lost={(history.data?.gaps ?? []).some(({ from }) => from !== null)} forecast={hasDate && isShown} />
      </header>
      <div className={`card-body ${history.isPlaceholderData ? 'opacity-60' : ''}`}>
        {!history.data && <div className="skeleton h-[480px]" role="status" />}
        {history.data && panels.length === 0 && <p className="text-fg-2">{t('noSeries')}</p>}
        {history.data && panels.length > 0 && !hasSample(history.data) && (
          <div className="hatch grid h-40 place-items-center rounded-md">
            <p className="rounded-sm bg-panel px-3 py-2 text-center">
              {t('empty')}
              <br />
              <span className="text-fg-2">{t('emptyHint')}</span>
            </p>
          </div>
        )}
        {history.data && hasSample(history.data) && (
          <div className="grid gap-4">
            {panels.map((panel, index) => (
              <HistoryPanel
                key={panel.name}
                panel={panel}
                history={history.data}
                range={range}
                withTimeAxis={index === panels.length - 1}
                forecast={shown.find(({ clock }) => clock === panel.clock) ?? null}
                end={end}
                at={at}
              />
            ))}
          </div>
        )}
        {history.data && <GapNotes gaps={history.data.gaps} />}
      </div>
    </section>
  );
}

/** Of the one time axis, seconds since the epoch. */
function endOf({ from, to }: StoreHistory, panels: readonly Panel[], forecasts: readonly ForecastView[]): number {
  const shown = forecasts.filter(
    ({ clock, verdict }) => verdict !== 'full' && panels.some((one) => one.clock === clock),
  );
  const dates = shown
    .map(forecastDates)
    .map((one) => one && { p50: one.p50 / 1_000, p90: one.p90 === null ? null : one.p90 / 1_000 });
  return forecastEnd(dates, { from: Date.parse(from) / 1_000, to: Date.parse(to) / 1_000 });
}

function Legend({ lost, forecast }: { lost: boolean; forecast: boolean }) {
  const t = useTranslations('store');
  const words = useTranslations('forecast');
  return (
    <ul className="ml-auto flex flex-wrap gap-x-3.5 text-xs text-fg-2">
      <li className="inline-flex items-center gap-1.5">
        <svg width="20" height="8" aria-hidden="true">
          <path d="M0 4H20" className="stroke-plot" strokeWidth="1.5" />
        </svg>
        {t('measured')}
      </li>
      <li className="inline-flex items-center gap-1.5 max-md:hidden">
        <svg width="20" height="10" aria-hidden="true">
          <rect width="20" height="10" className="fill-plot opacity-20" />
        </svg>
        {t('spread')}
      </li>
      {forecast && (
        <li className="inline-flex items-center gap-1.5">
          <svg width="24" height="10" aria-hidden="true">
            <rect width="24" height="10" className="fill-plot opacity-20" />
            <path
              d="M2 5H23"
              className="stroke-plot opacity-80"
              strokeWidth="1.75"
              strokeDasharray="0.1 4.5"
              strokeLinecap="round"
            />
          </svg>
          {words('legend')}
        </li>
      )}
      <li className="inline-flex items-center gap-1.5">
        <svg width="20" height="8" aria-hidden="true">
          <path d="M0 4H20" className="stroke-crit" strokeDasharray="5 3" />
        </svg>
        {t('limit')}
      </li>
      <li className="inline-flex items-center gap-1.5">
        <span className="hatch size-3 rounded-[2px] border border-unk" />
        {t('noData')}
      </li>
      {lost && (
        <li className="inline-flex items-center gap-1.5">
          <span className="cross-hatch size-3 rounded-[2px] border border-fg-3" />
          {t('lost')}
        </li>
      )}
    </ul>
  );
}
