import { ApiKeysPage } from '../../../../features/settings/api-keys-page.tsx';
import { Prefetch } from '../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('apiKeys.title') };
}

export default function Page() {
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.session.current.queryOptions()),
        queries.prefetchQuery(api.apiKeys.list.queryOptions()),
      ]}
    >
      <ApiKeysPage />
    </Prefetch>
  );
}
