import { HISTORY_POINTS, readRange } from '../../../../../../features/store/range.ts';
import { StorePage } from '../../../../../../features/store/store-page.tsx';
import { Prefetch } from '../../../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../../../server/translator.ts';
import { decodeSegment } from '../../../../../../shared/format/decode-segment.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('store.title') };
}

export default async function Page({ params, searchParams }: PageProps<'/hosts/[hostId]/stores/[storeKey]'>) {
  const [{ hostId, storeKey: segment }, { range: asked }] = await Promise.all([params, searchParams]);
  const storeKey = decodeSegment(segment);
  const range = readRange(typeof asked === 'string' ? asked : null);
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.store.get.queryOptions({ hostId, storeKey })),
        queries.prefetchQuery(api.store.history.queryOptions({ hostId, storeKey, range, points: HISTORY_POINTS })),
      ]}
    >
      <StorePage hostId={hostId} storeKey={storeKey} />
    </Prefetch>
  );
}
