'use client';
import type { ForecastView, StoreView } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTRPC } from '../../shared/api/trpc.ts';
import { AsOfBar } from '../../shared/as-of/as-of-bar.tsx';
import { useAsOf } from '../../shared/as-of/use-as-of.ts';
import { ConnectionNotice } from '../../shared/storage/connection-notice.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HistoryCard } from './history-card.tsx';
import { RangeSwitch } from './range-switch.tsx';
import { StoreFacts } from './store-facts.tsx';
import { StoreFindings } from './store-findings.tsx';
import { StoreHeader } from './store-header.tsx';
import { type StoreRange, useStoreItems } from './use-history.ts';
import { useRange } from './use-range.ts';
import { useStoreFindings, useStoreSum } from './use-store-findings.ts';
import { useStoreForecast } from './use-store-forecast.ts';

const SKELETON_ROWS = 6;
const FORECAST_SKELETON_ROWS = 3;
/** Waits for its answer anyway. */
const ForecastCard = dynamic(() => import('./forecast-card.tsx').then((module) => module.ForecastCard), {
  loading: () => <CardSkeleton rows={FORECAST_SKELETON_ROWS} />,
});
/** Kept, so that charts are not drawn again for it. */
const NO_FORECASTS: ForecastView[] = [];
/** Of btrfs alone. */
const AllocationBar = dynamic(
  () => import('../../shared/storage/allocation-bar.tsx').then((module) => module.AllocationBar),
  { loading: () => <div className="h-[46px]" /> },
);
/** Below or beside the history, which does not wait for them. */
const HoldingsCard = dynamic(() => import('./holdings-card.tsx').then((module) => module.HoldingsCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});
const UnattributedCard = dynamic(() => import('./unattributed-card.tsx').then((module) => module.UnattributedCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});
const TopItemsCard = dynamic(() => import('./top-items-card.tsx').then((module) => module.TopItemsCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});
const StoreAboutCard = dynamic(() => import('./store-about-card.tsx').then((module) => module.StoreAboutCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});
const BacktestCard = dynamic(
  () => import('../../shared/backtest/backtest-card.tsx').then((module) => module.BacktestCard),
  { loading: () => <CardSkeleton rows={SKELETON_ROWS} /> },
);
const PastForecastsCard = dynamic(
  () => import('./past-forecasts-card.tsx').then((module) => module.PastForecastsCard),
  {
    loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
  },
);

export function StorePage({ hostId, storeKey }: { hostId: string; storeKey: string }) {
  const trpc = useTRPC();
  const [range, changeRange] = useRange();
  const { at } = useAsOf();
  const store = useQuery({
    ...trpc.store.get.queryOptions({ hostId, storeKey, ...(at === null ? {} : { at }) }),
    placeholderData: keepPreviousData,
  });
  const observedAt = store.isPlaceholderData ? undefined : store.data?.observedAt;
  const bar = <AsOfBar hostId={hostId} storeKey={storeKey} firstSeenAt={null} observedAt={observedAt} />;
  if (!store.data) {
    return (
      <>
        {at !== null && bar}
        {store.errorUpdateCount > 0 ? (
          <Failure error={store.error} retry={() => void store.refetch()} retrying={store.isFetching} />
        ) : (
          <CardSkeleton rows={SKELETON_ROWS} />
        )}
      </>
    );
  }
  const { host, view } = store.data;
  return (
    <>
      <StoreHeader host={host} view={view} at={at}>
        <RangeSwitch range={range} change={changeRange} />
      </StoreHeader>
      {bar}
      {at === null && <ConnectionNotice host={host} />}
      <LoadedStore view={view} query={{ hostId, storeKey, range, at }} />
    </>
  );
}

interface LoadedStoreProps {
  view: StoreView;
  query: StoreRange;
}

function LoadedStore({ view, query }: LoadedStoreProps) {
  const items = useStoreItems(query);
  const forecast = useStoreForecast(query);
  const findings = useStoreFindings(query);
  const sum = useStoreSum(query);
  return (
    <>
      <ForecastCard query={forecast} at={query.at} />
      <StoreFacts view={view} promisedBytes={sum?.promisedBytes ?? null} />
      {view.store.btrfs && (
        <section className="card mb-4 px-4 py-3 max-md:px-3">
          <AllocationBar view={view} />
        </section>
      )}
      {/* The findings come first on a phone, and first at the right where two columns have room. */}
      <div className="grid grid-cols-12 items-start gap-4 lg:grid-rows-[auto_1fr]">
        <StoreFindings query={query} read={findings} counts={sum?.counts ?? null} />
        <div className="col-span-8 grid min-w-0 gap-4 max-lg:col-span-12 lg:row-span-2 lg:row-start-1">
          <HistoryCard {...query} kind={view.store.kind} forecasts={forecast.data?.clocks ?? NO_FORECASTS} />
          <HoldingsCard {...query} view={view} inventory={items.data} />
          <UnattributedCard {...query} view={view} inventory={items.data} />
          <BacktestCard hostId={query.hostId} storeKey={query.storeKey} />
        </div>
        <div className="col-span-4 grid min-w-0 gap-4 max-lg:col-span-12 lg:col-start-9">
          {items.data && items.data.readAt !== null && (
            <TopItemsCard hostId={query.hostId} storeKey={query.storeKey} inventory={items.data} at={query.at} />
          )}
          {forecast.data && <PastForecastsCard view={forecast.data} at={query.at} />}
          <StoreAboutCard store={view.store} />
        </div>
      </div>
    </>
  );
}
