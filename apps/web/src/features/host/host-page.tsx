'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { LocalTime, useAgo } from '../../shared/intl/moment.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { HostDaemons } from './host-daemons.tsx';
import { HostFactsCard } from './host-facts-card.tsx';
import { HostHeader } from './host-header.tsx';
import { HostProbes } from './host-probes.tsx';
import { HostStores } from './host-stores.tsx';

const SKELETON_ROWS = 6;

export function HostPage({ hostId }: { hostId: string }) {
  const t = useTranslations('host');
  const trpc = useTRPC();
  const ago = useAgo();
  const host = useQuery({ ...trpc.host.get.queryOptions({ hostId }), placeholderData: keepPreviousData });
  if (!host.data) {
    return host.errorUpdateCount > 0 ? (
      <Failure error={host.error} retry={() => void host.refetch()} retrying={host.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  }
  const { data } = host;
  const { connection, lastSeenAt } = data.row;
  return (
    <>
      <HostHeader host={data} />
      {connection !== 'connected' && (
        <Notice>
          <StateGlyph state="unknown" />
          <span>
            {lastSeenAt === null
              ? t('never')
              : t.rich('silent', { ago: ago(lastSeenAt), time: () => <LocalTime at={lastSeenAt} /> })}
          </span>
        </Notice>
      )}
      <div className="grid grid-cols-12 items-start gap-4">
        <div className="col-span-8 grid min-w-0 gap-4 max-lg:col-span-12">
          <HostStores hostId={hostId} stores={data.stores} daemons={data.daemons} observedAt={data.observedAt} />
          <HostDaemons daemons={data.daemons} probes={data.probes} />
        </div>
        <div className="col-span-4 grid min-w-0 gap-4 max-lg:col-span-12">
          <HostProbes probes={data.probes} />
          <HostFactsCard host={data} />
        </div>
      </div>
    </>
  );
}
