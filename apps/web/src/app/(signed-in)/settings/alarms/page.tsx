import { AlarmsPage } from '../../../../features/settings/alarms-page.tsx';
import { Prefetch } from '../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('alarms.title') };
}

export default function Page() {
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.session.current.queryOptions()),
        queries.prefetchQuery(api.tagSettings.list.queryOptions()),
      ]}
    >
      <AlarmsPage />
    </Prefetch>
  );
}
