import { FINDING_LISTS } from '@silt/domain';
import { EVENTS_AT_FIRST } from '../../../../features/host/event-limits.ts';
import { hostFindingsInput } from '../../../../features/host/host-findings-input.ts';
import { HostPage } from '../../../../features/host/host-page.tsx';
import { INVENTORY_LIMITS } from '../../../../features/host/inventory-limits.ts';
import { readPreferences } from '../../../../server/preferences.ts';
import { Prefetch } from '../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../server/translator.ts';
import { readAsOf } from '../../../../shared/as-of/moment-in-address.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('host.title') };
}

export default async function Page({ params, searchParams }: PageProps<'/hosts/[hostId]'>) {
  const [{ hostId }, { at: asked }, { locale }] = await Promise.all([params, searchParams, readPreferences()]);
  const { at } = readAsOf(typeof asked === 'string' ? asked : null, Date.now());
  const moment = at === null ? {} : { at };
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.host.get.queryOptions({ hostId, ...moment })),
        queries.prefetchQuery(api.host.events.queryOptions({ hostId, limit: EVENTS_AT_FIRST })),
        queries.prefetchQuery(api.host.inventory.queryOptions({ hostId, limit: INVENTORY_LIMITS.first, ...moment })),
        ...(at === null ? FINDING_LISTS : []).map((list) =>
          queries.prefetchQuery(api.findings.list.queryOptions(hostFindingsInput(hostId, list, locale))),
        ),
        ...(at === null
          ? [queries.prefetchQuery(api.findings.blindness.queryOptions({ hostId, language: locale }))]
          : []),
      ]}
    >
      <HostPage hostId={hostId} />
    </Prefetch>
  );
}
