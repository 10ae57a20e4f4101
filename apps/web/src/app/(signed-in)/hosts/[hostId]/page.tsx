import { EVENTS_AT_FIRST } from '../../../../features/host/event-limits.ts';
import { HostPage } from '../../../../features/host/host-page.tsx';
import { Prefetch } from '../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('host.title') };
}

export default async function Page({ params }: PageProps<'/hosts/[hostId]'>) {
  const { hostId } = await params;
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.host.get.queryOptions({ hostId })),
        queries.prefetchQuery(api.host.events.queryOptions({ hostId, limit: EVENTS_AT_FIRST })),
      ]}
    >
      <HostPage hostId={hostId} />
    </Prefetch>
  );
}
