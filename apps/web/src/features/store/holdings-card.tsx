'use client';
import { HELD_SERIES, HOLDING_KINDS, type InventoryView, type StoreHoldings, type StoreView } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { errorKey } from '../../shared/api/error-key.ts';
import { writeMoment } from '../../shared/as-of/moment-in-address.ts';
import { storePath } from '../../shared/format/host-path.ts';
import { HoldingsChart } from './holdings-chart.tsx';
import { HoldingsTable } from './holdings-table.tsx';
import { type StoreRange, useHoldings } from './use-history.ts';

interface HoldingsCardProps extends StoreRange {
  view: StoreView;
  /** undefined = still being read, or could not be. */
  inventory: InventoryView | undefined;
}

/** What holds the store's space, over time and now. */
export function HoldingsCard({ view, inventory, ...query }: HoldingsCardProps) {
  const t = useTranslations();
  const { hostId, storeKey, at } = query;
  const holdings = useHoldings(query);
  const series = HELD_SERIES[view.store.kind];
  return (
    <section className="card" aria-busy={holdings.isPlaceholderData}>
      <header className="card-head">
        <h2 className="font-semibold">{t('store.holdings')}</h2>
        <span className="text-fg-3">{t('store.holdingsOf', { series: t(`compare.series.${series}`) })}</span>
        {holdings.data && (
          <Link
            className="link ml-auto text-xs max-md:ml-0"
            href={`${storePath(hostId, storeKey)}/compare?a=${writeMoment(holdings.data.from)}&b=${writeMoment(endOf(holdings.data, at))}`}
          >
            {t('store.compareRange')}
          </Link>
        )}
      </header>
      {!holdings.data && holdings.errorUpdateCount > 0 && (
        <p className="card-body flex items-center gap-3 text-fg-2">
          <span role="alert">
            {t('store.holdingsFailed')} {holdings.error !== null && t(`errors.${errorKey(holdings.error)}`)}
          </span>
          <button
            type="button"
            className="btn btn-small"
            disabled={holdings.isFetching}
            onClick={() => void holdings.refetch()}
          >
            {t(holdings.isFetching ? 'common.loading' : 'common.retry')}
          </button>
        </p>
      )}
      {!holdings.data && holdings.errorUpdateCount === 0 && (
        <div className="card-body">
          <div className="skeleton h-[220px]" role="status" aria-label={t('common.loading')} />
        </div>
      )}
      {holdings.data && (
        <div className="aria-busy:opacity-60" aria-busy={holdings.isPlaceholderData}>
          <Held holdings={holdings.data} inventory={inventory} series={series} at={at} />
        </div>
      )}
    </section>
  );
}

/** A live range ends with the bucket under way, which is in the future. */
const endOf = ({ to }: StoreHoldings, at: string | null): string => {
  const now = new Date().toISOString();
  return at ?? (to < now ? to : now);
};

interface HeldProps {
  holdings: StoreHoldings;
  inventory: InventoryView | undefined;
  series: (typeof HELD_SERIES)[keyof typeof HELD_SERIES];
  at: string | null;
}

function Held({ holdings, inventory, series, at }: HeldProps) {
  const t = useTranslations('store');
  const hasHoldings = holdings.kinds.some(({ bytes }) => bytes.some((value) => value !== null));
  // The inventory was read, and has nothing that holds bytes of this store.
  const isEmpty = inventory?.totals.every(
    ({ kind, items }) => items === 0 || !HOLDING_KINDS.some((holding) => holding === kind),
  );
  if (!hasHoldings && inventory?.readAt === null) {
    return <p className="card-body text-fg-2">{t(at === null ? 'holdingsNever' : 'holdingsNeverPast')}</p>;
  }
  return (
    <>
      <div className="card-body">
        {hasHoldings && <HoldingsChart holdings={holdings} />}
        {!hasHoldings && isEmpty && <p className="text-fg-2">{t('holdingsEmpty')}</p>}
        {!hasHoldings && !isEmpty && (
          <p className="hatch grid h-24 place-items-center rounded-md">
            <span>{t('holdingsHole')}</span>
          </p>
        )}
      </div>
      <HoldingsTable holdings={holdings} totals={inventory?.totals ?? []} series={series} />
    </>
  );
}
