'use client';
import type { Comparison, HostView } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { CompareHeader } from './compare-header.tsx';
import { CompareNotices, hasInventories, hasReadings } from './compare-notices.tsx';
import { CopyLink } from './copy-link.tsx';
import { inOrder, type Moments } from './moments.ts';
import { MomentsCard } from './moments-card.tsx';
import { ReadingsCard } from './readings-card.tsx';
import { turnComparison } from './turn-comparison.ts';
import { useMoments } from './use-moments.ts';
import { WaterfallCard } from './waterfall-card.tsx';

const SKELETON_ROWS = 8;
const loading = () => <CardSkeleton rows={SKELETON_ROWS} />;
/** Of a store alone, and of a host alone: neither loads the other's. */
const ChangesCard = dynamic(() => import('./changes-card.tsx').then((module) => module.ChangesCard), { loading });
const StoresCard = dynamic(() => import('./stores-card.tsx').then((module) => module.StoresCard), { loading });

interface ComparePageProps {
  hostId: string;
  /** null = all stores of the host. */
  storeKey: string | null;
  /** ISO 8601 UTC, when the server made the page. */
  openedAt: string;
}

/** Two moments of a store or a host, and what made the difference. */
export function ComparePage({ hostId, storeKey, openedAt }: ComparePageProps) {
  const trpc = useTRPC();
  const t = useTranslations('compare');
  const [{ problem, ...moments }, change] = useMoments(openedAt);
  const { a, b, backwards } = inOrder(moments);
  const host = useQuery(trpc.host.get.queryOptions({ hostId }));
  const read = useQuery({
    ...trpc.compare.get.queryOptions({ hostId, storeKey, a, b }),
    enabled: a !== b,
    placeholderData: keepPreviousData,
  });
  const { data } = read;
  const told = useMemo(() => (data && backwards ? turnComparison(data) : data), [data, backwards]);
  const comparison = a === b ? undefined : told;
  return (
    <>
      <CompareHeader hostId={hostId} storeKey={storeKey} host={host.data} comparison={comparison} moments={moments} />
      <MomentsCard
        hostId={hostId}
        storeKey={storeKey ?? mostMoved(comparison)}
        moments={moments}
        openedAt={openedAt}
        areRead={comparison !== undefined && hasReadings(comparison)}
        change={change}
      />
      {problem !== null && (
        <Notice>
          <StateGlyph state="unknown" />
          {t(problem)}
        </Notice>
      )}
      {backwards && <Notice>{t('backwards')}</Notice>}
      {a === b && (
        <section className="card card-body" role="status">
          <h2 className="font-semibold">{t('sameTitle')}</h2>
          <p className="text-fg-2">{t('sameText')}</p>
        </section>
      )}
      {a !== b && comparison === undefined && read.errorUpdateCount > 0 && (
        <Failure error={read.error} retry={() => void read.refetch()} retrying={read.isFetching} />
      )}
      {a !== b && comparison === undefined && read.errorUpdateCount === 0 && <CardSkeleton rows={SKELETON_ROWS} />}
      {comparison && (
        <div className={`grid gap-4 ${read.isPlaceholderData ? 'opacity-60' : ''}`} aria-busy={read.isPlaceholderData}>
          <Compared hostId={hostId} storeKey={storeKey} host={host.data} {...{ comparison, moments, change }} />
        </div>
      )}
      {comparison && <CopyLink moments={moments} />}
    </>
  );
}

/** The store that moved most, whose history the strip of a host shows; null = there is none. */
function mostMoved(comparison: Comparison | undefined): string | null {
  const growth = (store: Comparison['stores'][number]): number => Math.abs(store.attribution.growthBytes ?? -1);
  const [first] = [...(comparison?.stores ?? [])].sort((x, y) => growth(y) - growth(x));
  return first?.storeKey ?? null;
}

interface ComparedProps {
  hostId: string;
  storeKey: string | null;
  host: HostView | undefined;
  comparison: Comparison;
  moments: Moments;
  change(next: Moments): void;
}

function Compared({ hostId, storeKey, host, comparison, moments, change }: ComparedProps) {
  const withItems = hasInventories(comparison);
  const [store] = storeKey === null ? [] : comparison.stores;
  return (
    <>
      <CompareNotices
        comparison={comparison}
        moments={moments}
        firstSeenAt={host?.firstSeenAt ?? null}
        change={change}
      />
      {storeKey === null && <StoresCard hostId={hostId} {...{ comparison, moments, withItems }} />}
      {store && hasReadings(comparison) && (
        <div className="grid grid-cols-12 items-start gap-4">
          {withItems && (
            <div className="col-span-8 min-w-0 max-lg:col-span-12">
              <WaterfallCard attribution={store.attribution} moments={moments} />
            </div>
          )}
          <div className="col-span-4 min-w-0 max-lg:col-span-12">
            <ReadingsCard readings={store.readings} />
          </div>
        </div>
      )}
      {store && withItems && <ChangesCard store={store} />}
    </>
  );
}
