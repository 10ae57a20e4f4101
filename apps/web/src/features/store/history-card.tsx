'use client';
import type { HistoryRange, StoreHistory, StoreKind } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { Failure } from '../../shared/ui/failure.tsx';
import { GapNotes } from './gap-notes.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { panelsOf } from './panels.ts';
import { useHistory } from './use-history.ts';

interface HistoryCardProps {
  hostId: string;
  storeKey: string;
  kind: StoreKind;
  range: HistoryRange;
  /** End of the range, ISO 8601 UTC; null = live. */
  at: string | null;
}

const hasSample = (history: StoreHistory): boolean =>
  history.series.some(({ last }) => last.some((value) => value !== null));

/** What can run out, one panel each, over one time axis. */
export function HistoryCard({ hostId, storeKey, kind, range, at }: HistoryCardProps) {
  const t = useTranslations('store');
  const history = useHistory({ hostId, storeKey, range, at });
  if (!history.data && history.errorUpdateCount > 0)
    return <Failure error={history.error} retry={() => void history.refetch()} retrying={history.isFetching} />;
  const panels = history.data ? panelsOf(kind, history.data) : [];
  return (
    <section className="card" aria-busy={history.isPlaceholderData}>
      <header className="card-head">
        <h2 className="font-semibold">{t('history')}</h2>
        <Legend lost={(history.data?.gaps ?? []).some(({ from }) => from !== null)} />
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
              />
            ))}
          </div>
        )}
        {history.data && <GapNotes gaps={history.data.gaps} />}
      </div>
    </section>
  );
}

function Legend({ lost }: { lost: boolean }) {
  const t = useTranslations('store');
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
