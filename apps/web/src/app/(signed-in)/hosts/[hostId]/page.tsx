import { EVENTS_AT_FIRST } from '../../../../features/host/event-limits.ts';
import { HostPage } from '../../../../features/host/host-page.tsx';
import { INVENTORY_LIMITS } from '../../../../features/host/inventory-limits.ts';
import { Prefetch } from '../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../server/translator.ts';
import { readAsOf } from '../../../../shared/as-of/moment-in-address.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('host.title') };
}

export default async function Page({ params, searchParams }: PageProps<'/hosts/[hostId]'>) {
  const [{ hostId }, { at: asked }] = await Promise.all([params, searchParams]);
  const { at } = readAsOf(typeof asked === 'string' ? asked : null, Date.now());
  const moment = at === null ? {} : { at };
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.host.get.queryOptions({ hostId, ...moment })),
        queries.prefetchQuery(api.host.events.queryOptions({ hostId, limit: EVENTS_AT_FIRST })),
        queries.prefetchQuery(api.host.inventory.queryOptions({ hostId, limit: INVENTORY_LIMITS.first, ...moment })),
      ]}
    >
      <HostPage hostId={hostId} />
    </Prefetch>
  );
}
