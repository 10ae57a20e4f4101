'use client';
import type { Severity } from '@silt/domain/findings';
import dynamic from 'next/dynamic';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import type { StoreRange } from './use-history.ts';
import type { useStoreFindings } from './use-store-findings.ts';

const SKELETON_ROWS = 6;
const StoreFindingsCard = dynamic(
  () => import('./store-findings-card.tsx').then((module) => module.StoreFindingsCard),
  { loading: () => <CardSkeleton rows={SKELETON_ROWS} /> },
);

interface StoreFindingsProps {
  query: StoreRange;
  read: ReturnType<typeof useStoreFindings>;
  /** null = not read. */
  counts: Record<Severity, number> | null;
}

/** The findings of a store in their own cell of the page's grid; nothing where there are none. */
export function StoreFindings({ query: { hostId, storeKey, at }, read, counts }: StoreFindingsProps) {
  if (at !== null || read.data?.total === 0 || (!read.data && read.errorUpdateCount === 0)) return null;
  return (
    <div className="col-span-4 min-w-0 max-lg:col-span-12 lg:col-start-9 lg:row-start-1">
      {read.data ? (
        <StoreFindingsCard hostId={hostId} storeKey={storeKey} list={read.data} counts={counts} />
      ) : (
        <Failure error={read.error} retry={() => void read.refetch()} retrying={read.isFetching} />
      )}
    </div>
  );
}
