'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';
import { AllocationBar } from '../../shared/storage/allocation-bar.tsx';
import { ConnectionNotice } from '../../shared/storage/connection-notice.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HistoryCard } from './history-card.tsx';
import { RangeSwitch } from './range-switch.tsx';
import { StoreAboutCard } from './store-about-card.tsx';
import { StoreFacts } from './store-facts.tsx';
import { StoreHeader } from './store-header.tsx';
import { useRange } from './use-range.ts';

const SKELETON_ROWS = 6;

export function StorePage({ hostId, storeKey }: { hostId: string; storeKey: string }) {
  const trpc = useTRPC();
  const [range, changeRange] = useRange();
  const store = useQuery({
    ...trpc.store.get.queryOptions({ hostId, storeKey }),
    placeholderData: keepPreviousData,
  });
  if (!store.data) {
    return store.errorUpdateCount > 0 ? (
      <Failure error={store.error} retry={() => void store.refetch()} retrying={store.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  }
  const { host, view } = store.data;
  return (
    <>
      <StoreHeader host={host} view={view}>
        <RangeSwitch range={range} change={changeRange} />
      </StoreHeader>
      <ConnectionNotice host={host} />
      <StoreFacts view={view} />
      {view.store.btrfs && (
        <section className="card mb-4 px-4 py-3 max-md:px-3">
          <AllocationBar view={view} />
        </section>
      )}
      <div className="grid grid-cols-12 items-start gap-4">
        <div className="col-span-9 min-w-0 max-lg:col-span-12">
          <HistoryCard hostId={hostId} storeKey={storeKey} kind={view.store.kind} range={range} />
        </div>
        <div className="col-span-3 min-w-0 max-lg:col-span-12">
          <StoreAboutCard store={view.store} />
        </div>
      </div>
    </>
  );
}
