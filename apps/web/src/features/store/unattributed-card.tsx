'use client';
import { formatBytes, HELD_SERIES, type InventoryView, type StoreView } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { HistoryPanel } from './history-panel.tsx';
import { UNATTRIBUTED_PANEL } from './panels.ts';
import { type StoreRange, useHistory } from './use-history.ts';

const CANNOT = { btrfs: 'cannotBtrfs', 'thin-pool': 'cannotPool', filesystem: 'cannotFile' } as const;

interface UnattributedCardProps extends StoreRange {
  view: StoreView;
  inventory: InventoryView | undefined;
}

/** What is used and no known item explains, as a series of its own. */
export function UnattributedCard({ view, inventory, ...query }: UnattributedCardProps) {
  const t = useTranslations('store');
  const history = useHistory(query);
  const { kind } = view.store;
  const unattributed = view.readings.unattributedBytes;
  const used = view.readings[HELD_SERIES[kind]] ?? null;
  const unknownItems = (inventory?.totals ?? []).reduce((sum, total) => sum + total.unknownItems, 0);
  const hasSample = history.data?.series.some(
    ({ name, last }) => name === 'unattributedBytes' && last.some((value) => value !== null),
  );
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('unattributed')}</h2>
        {unattributed != null && (
          <span className="text-fg-3">
            <b className="font-semibold text-fg">{formatBytes(unattributed)}</b>{' '}
            {used !== null && t('unattributedNow', { used: formatBytes(used) })}
          </span>
        )}
      </header>
      <div className="card-body grid gap-3">
        <p className="text-fg-2">
          {t('unattributedIs')} {unattributed === undefined && t('unattributedNone')}
          {unattributed === null && t('unattributedCannot')}{' '}
          {unknownItems > 0 && t('sizeNotKnown', { count: unknownItems })}
        </p>
        {history.data && hasSample && (
          <HistoryPanel
            panel={UNATTRIBUTED_PANEL}
            history={history.data}
            range={query.range}
            withTimeAxis
            forecast={null}
            end={Date.parse(history.data.to) / 1_000}
            at={query.at}
          />
        )}
        <p className="text-xs text-fg-3">{t(CANNOT[kind])}</p>
      </div>
    </section>
  );
}
