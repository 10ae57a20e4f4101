import { LIVE_HOSTS, RETIRED_HOSTS } from '../../../../features/settings/collector-lists.ts';
import { CollectorsPage } from '../../../../features/settings/collectors-page.tsx';
import { Prefetch } from '../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('collectors.title') };
}

export default async function Page({ searchParams }: PageProps<'/settings/collectors'>) {
  const { q } = await searchParams;
  const text = typeof q === 'string' ? q : '';
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.session.current.queryOptions()),
        queries.prefetchQuery(api.collectors.address.queryOptions()),
        queries.prefetchQuery(api.collectors.hosts.queryOptions({ ...LIVE_HOSTS, text })),
        queries.prefetchQuery(api.collectors.hosts.queryOptions(RETIRED_HOSTS)),
        queries.prefetchQuery(api.collectors.tokens.queryOptions()),
        queries.prefetchQuery(api.collectors.expiries.queryOptions()),
      ]}
    >
      <CollectorsPage />
    </Prefetch>
  );
}
