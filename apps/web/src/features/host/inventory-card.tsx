'use client';
import type { InventoryView, StoreView } from '@silt/domain';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { InventoryFilter } from './inventory-filter.tsx';
import { InventoryFrame } from './inventory-frame.tsx';
import { INVENTORY_LIMITS } from './inventory-limits.ts';
import { filterItems, type InventoryQuery, LISTED_KINDS } from './inventory-query.ts';
import { InventoryScopes } from './inventory-scopes.tsx';
import { InventorySums } from './inventory-sums.tsx';
import { InventoryTable } from './inventory-table.tsx';

interface InventoryCardProps {
  inventory: InventoryView;
  /** Of the host. */
  stores: readonly StoreView[];
  /** The moment that the page shows; null = live. */
  asOf: string | null;
  query: InventoryQuery;
  change(next: Partial<InventoryQuery>): void;
  limit: number;
  showMore(): void;
}

/** What holds the space, item by item, and what no item explains. */
export function InventoryCard({ inventory, stores, asOf, query, change, limit, showMore }: InventoryCardProps) {
  const t = useTranslations('inventory');
  const items = useMemo(() => filterItems(inventory.items, query), [inventory.items, query]);
  const totals = inventory.totals.filter(({ kind }) => LISTED_KINDS.includes(kind));
  const summed = query.storeKey === null ? stores : stores.filter(({ store }) => store.key === query.storeKey);
  const total = totals.reduce((sum, kind) => sum + kind.items, 0);
  const { readAt } = inventory;
  if (readAt === null) {
    return <InventoryFrame>{t(asOf === null ? 'never' : 'neverPast')}</InventoryFrame>;
  }
  return (
    <section className="card" id="inventory" aria-label={t('title')}>
      <header className="card-head">
        <h2 className="font-semibold">{t('title')}</h2>
        <span className="text-fg-3">{t('largestFirst')}</span>
        <span className="ml-auto text-xs text-fg-3">{t.rich('readAt', { time: () => <LocalTime at={readAt} /> })}</span>
      </header>
      {inventory.stale && (
        <p role="status" className="flex items-center gap-2 border-b border-line px-4 py-2 text-xs max-md:px-3">
          <StateGlyph state="warning" />
          {t('stale')}
        </p>
      )}
      <InventoryScopes scopes={inventory.scopes} />
      <InventoryFilter query={query} totals={totals} stores={stores} change={change} />
      {total === 0 ? (
        <p className="card-body text-fg-2">{t('noItems')}</p>
      ) : (
        <InventoryTable
          items={items}
          readAt={readAt}
          asOf={asOf}
          sort={query.sort}
          change={change}
          footer={<InventorySums totals={totals} stores={summed} />}
        />
      )}
      {total > 0 && items.length === 0 && <NoMatch change={change} />}
      <p className="flex flex-wrap items-center gap-3 px-4 py-2 text-xs text-fg-3 max-md:px-3" role="status">
        {t('shown', { shown: items.length, total, cut: inventory.cut })}
        {inventory.cut > 0 && limit < INVENTORY_LIMITS.most && (
          <button type="button" className="btn btn-small" onClick={showMore}>
            {t('showMore', { count: INVENTORY_LIMITS.most })}
          </button>
        )}
        {inventory.cut > 0 && limit >= INVENTORY_LIMITS.most && t('cutMost', { count: limit })}
      </p>
    </section>
  );
}

function NoMatch({ change }: Pick<InventoryCardProps, 'change'>) {
  const t = useTranslations('inventory');
  return (
    <p className="flex items-center gap-3 border-b border-line px-4 py-4">
      {t('noMatch')}
      <button type="button" className="btn btn-small" onClick={() => change({ text: '', kinds: [], storeKey: null })}>
        {t('clearFilter')}
      </button>
    </p>
  );
}
