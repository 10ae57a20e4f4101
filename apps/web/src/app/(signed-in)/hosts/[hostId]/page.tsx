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
    <Prefetch reads={(queries, api) => [queries.prefetchQuery(api.host.get.queryOptions({ hostId }))]}>
      <HostPage hostId={hostId} />
    </Prefetch>
  );
}
