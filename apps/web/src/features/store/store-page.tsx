'use client';
import type { StoreView } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTRPC } from '../../shared/api/trpc.ts';
import { AsOfBar } from '../../shared/as-of/as-of-bar.tsx';
import { useAsOf } from '../../shared/as-of/use-as-of.ts';
import { AllocationBar } from '../../shared/storage/allocation-bar.tsx';
import { ConnectionNotice } from '../../shared/storage/connection-notice.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HistoryCard } from './history-card.tsx';
import { RangeSwitch } from './range-switch.tsx';
import { StoreAboutCard } from './store-about-card.tsx';
import { StoreFacts } from './store-facts.tsx';
import { StoreHeader } from './store-header.tsx';
import { TopItemsCard } from './top-items-card.tsx';
import { UnattributedCard } from './unattributed-card.tsx';
import { type StoreRange, useStoreItems } from './use-history.ts';
import { useRange } from './use-range.ts';

const SKELETON_ROWS = 6;
/** Below the history, which does not wait for it. */
const HoldingsCard = dynamic(() => import('./holdings-card.tsx').then((module) => module.HoldingsCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});

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
  return (
    <>
      <StoreFacts view={view} />
      {view.store.btrfs && (
        <section className="card mb-4 px-4 py-3 max-md:px-3">
          <AllocationBar view={view} />
        </section>
      )}
      <div className="grid grid-cols-12 items-start gap-4">
        <div className="col-span-8 grid min-w-0 gap-4 max-lg:col-span-12">
          <HistoryCard {...query} kind={view.store.kind} />
          <HoldingsCard {...query} view={view} inventory={items.data} />
          <UnattributedCard {...query} view={view} inventory={items.data} />
        </div>
        <div className="col-span-4 grid min-w-0 gap-4 max-lg:col-span-12">
          {items.data && items.data.readAt !== null && (
            <TopItemsCard hostId={query.hostId} storeKey={query.storeKey} inventory={items.data} at={query.at} />
          )}
          <StoreAboutCard store={view.store} />
        </div>
      </div>
    </>
  );
}
