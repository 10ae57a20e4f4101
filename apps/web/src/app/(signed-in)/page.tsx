import { FleetPage } from '../../features/fleet/fleet-page.tsx';
import { Prefetch } from '../../server/prefetch.tsx';
import { serverTranslator } from '../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('fleet.title') };
}

export default function Page() {
  return (
    <Prefetch reads={(queries, api) => [queries.prefetchQuery(api.fleet.list.queryOptions())]}>
      <FleetPage />
    </Prefetch>
  );
}
