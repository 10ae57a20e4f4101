'use client';
import { type FindingList, fullest, type HostView, type ItemKind } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTRPC } from '../../shared/api/trpc.ts';
import { AsOfBar } from '../../shared/as-of/as-of-bar.tsx';
import { useAsOf } from '../../shared/as-of/use-as-of.ts';
import { ConnectionNotice } from '../../shared/storage/connection-notice.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HostEvents } from './host-events.tsx';
import { HostFactsCard } from './host-facts-card.tsx';
import { HostFindings } from './host-findings.tsx';
import { HostHeader } from './host-header.tsx';
import { HostProbes } from './host-probes.tsx';
import { HostStores } from './host-stores.tsx';
import { InventorySection } from './inventory-section.tsx';
import { useHostFindings } from './use-host-findings.ts';
import { useInventory } from './use-inventory.ts';
import { useInventoryQuery } from './use-inventory-query.ts';

const SKELETON_ROWS = 6;
/** Kept, so that the stack is not drawn again for it. */
const NO_FINDINGS: FindingList = { findings: [], total: 0 };
/** The largest part of the page; the rest can be used before it is loaded. */
const StackCard = dynamic(() => import('./stack/stack-card.tsx').then((module) => module.StackCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});

export function HostPage({ hostId }: { hostId: string }) {
  const trpc = useTRPC();
  const { at } = useAsOf();
  const host = useQuery({
    ...trpc.host.get.queryOptions({ hostId, ...(at === null ? {} : { at }) }),
    placeholderData: keepPreviousData,
  });
  if (host.data) return <LoadedHost hostId={hostId} host={host.data} at={at} isOld={host.isPlaceholderData} />;
  return (
    <>
      {at !== null && <AsOfBar hostId={hostId} storeKey={null} firstSeenAt={null} observedAt={undefined} />}
      {host.errorUpdateCount > 0 ? (
        <Failure error={host.error} retry={() => void host.refetch()} retrying={host.isFetching} />
      ) : (
        <CardSkeleton rows={SKELETON_ROWS} />
      )}
    </>
  );
}

interface LoadedHostProps {
  hostId: string;
  host: HostView;
  /** The moment that the page shows; null = live. */
  at: string | null;
  /** The host is still that of the moment before. */
  isOld: boolean;
}

function LoadedHost({ hostId, host, at, isOld }: LoadedHostProps) {
  const [query, change] = useInventoryQuery();
  const inventory = useInventory(hostId, at, null);
  // Without a filter these are one read.
  const listed = useInventory(hostId, at, query.storeKey);
  const isNow = at === null && host.row.connection !== 'retired';
  const findings = useHostFindings(hostId, 'standing', isNow);
  const showItems = (kinds: ItemKind[], storeKey: string | null): void => {
    change({ kinds, storeKey, text: '' });
    document.getElementById('inventory')?.scrollIntoView();
  };
  const fill = fullest(host.stores.flatMap(({ fills }) => fills));
  return (
    <>
      <HostHeader host={host} past={at !== null} />
      <AsOfBar
        hostId={hostId}
        storeKey={fill?.storeKey ?? null}
        firstSeenAt={host.firstSeenAt}
        observedAt={isOld ? undefined : host.observedAt}
      />
      {at === null && <ConnectionNotice host={host.row} />}
      <StackCard
        hostId={hostId}
        host={host}
        inventory={inventory.read.data}
        findings={(isNow && findings.data) || NO_FINDINGS}
        showItems={showItems}
      />
      <div className="grid grid-cols-12 items-start gap-4">
        <div className="col-span-8 grid min-w-0 gap-4 max-lg:col-span-12">
          <HostFindings host={host.row} past={at !== null} read={findings} />
          {(at === null || host.observedAt !== null) && (
            <HostStores
              hostId={hostId}
              stores={host.stores}
              connection={host.row.connection}
              observedAt={host.observedAt}
              past={at !== null}
            />
          )}
          <InventorySection {...listed} stores={host.stores} asOf={at} query={query} change={change} />
        </div>
        <div className="col-span-4 grid min-w-0 gap-4 max-lg:col-span-12">
          <HostEvents hostId={hostId} at={at} />
          {/* How probes fared is known of now alone; of a moment before, the inventory says what was not read. */}
          {at === null && <HostProbes probes={host.probes} />}
          <HostFactsCard host={host} />
        </div>
      </div>
    </>
  );
}
