'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';
import { ConnectionNotice } from '../../shared/storage/connection-notice.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HostDaemons } from './host-daemons.tsx';
import { HostEvents } from './host-events.tsx';
import { HostFactsCard } from './host-facts-card.tsx';
import { HostHeader } from './host-header.tsx';
import { HostProbes } from './host-probes.tsx';
import { HostStores } from './host-stores.tsx';

const SKELETON_ROWS = 6;

export function HostPage({ hostId }: { hostId: string }) {
  const trpc = useTRPC();
  const host = useQuery({ ...trpc.host.get.queryOptions({ hostId }), placeholderData: keepPreviousData });
  if (!host.data) {
    return host.errorUpdateCount > 0 ? (
      <Failure error={host.error} retry={() => void host.refetch()} retrying={host.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  }
  const { data } = host;
  return (
    <>
      <HostHeader host={data} />
      <ConnectionNotice host={data.row} />
      <div className="grid grid-cols-12 items-start gap-4">
        <div className="col-span-8 grid min-w-0 gap-4 max-lg:col-span-12">
          <HostStores hostId={hostId} stores={data.stores} daemons={data.daemons} observedAt={data.observedAt} />
          <HostDaemons daemons={data.daemons} probes={data.probes} />
        </div>
        <div className="col-span-4 grid min-w-0 gap-4 max-lg:col-span-12">
          <HostEvents hostId={hostId} />
          <HostProbes probes={data.probes} />
          <HostFactsCard host={data} />
        </div>
      </div>
    </>
  );
}
