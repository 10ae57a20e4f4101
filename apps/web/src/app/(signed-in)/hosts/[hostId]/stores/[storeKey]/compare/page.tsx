import { ComparePage } from '../../../../../../../features/compare/compare-page.tsx';
import { inOrder, readMoments } from '../../../../../../../features/compare/moments.ts';
import { pageMinute } from '../../../../../../../features/compare/page-minute.ts';
import { Prefetch } from '../../../../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../../../../server/translator.ts';
import { decodeSegment } from '../../../../../../../shared/format/decode-segment.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('compare.title') };
}

const textOf = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);

export default async function Page({ params, searchParams }: PageProps<'/hosts/[hostId]/stores/[storeKey]/compare'>) {
  const [{ hostId, storeKey: segment }, asked] = await Promise.all([params, searchParams]);
  const storeKey = decodeSegment(segment);
  const openedAt = pageMinute(Date.now());
  const { a, b } = inOrder(readMoments({ a: textOf(asked.a), b: textOf(asked.b) }, openedAt, Date.now()));
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.host.get.queryOptions({ hostId })),
        ...(a === b ? [] : [queries.prefetchQuery(api.compare.get.queryOptions({ hostId, storeKey, a, b }))]),
      ]}
    >
      <ComparePage hostId={hostId} storeKey={storeKey} openedAt={openedAt} />
    </Prefetch>
  );
}
