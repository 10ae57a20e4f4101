import { HISTORY_POINTS, HOLDINGS_POINTS, readRange, TOP_ITEMS } from '../../../../../../features/store/range.ts';
import { storeFindingsInput, storeSumInput } from '../../../../../../features/store/store-findings-input.ts';
import { StorePage } from '../../../../../../features/store/store-page.tsx';
import { readPreferences } from '../../../../../../server/preferences.ts';
import { Prefetch } from '../../../../../../server/prefetch.tsx';
import { serverTranslator } from '../../../../../../server/translator.ts';
import { readAsOf } from '../../../../../../shared/as-of/moment-in-address.ts';
import { decodeSegment } from '../../../../../../shared/format/decode-segment.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('store.title') };
}

export default async function Page({ params, searchParams }: PageProps<'/hosts/[hostId]/stores/[storeKey]'>) {
  const [{ hostId, storeKey: segment }, { range: asked, at: askedAt }, { locale }] = await Promise.all([
    params,
    searchParams,
    readPreferences(),
  ]);
  const storeKey = decodeSegment(segment);
  const range = readRange(typeof asked === 'string' ? asked : null);
  const { at } = readAsOf(typeof askedAt === 'string' ? askedAt : null, Date.now());
  const store = { hostId, storeKey, ...(at === null ? {} : { at }) };
  return (
    <Prefetch
      reads={(queries, api) => [
        queries.prefetchQuery(api.store.get.queryOptions(store)),
        queries.prefetchQuery(api.store.history.queryOptions({ ...store, range, points: HISTORY_POINTS })),
        queries.prefetchQuery(api.store.holdings.queryOptions({ ...store, range, points: HOLDINGS_POINTS })),
        queries.prefetchQuery(api.host.inventory.queryOptions({ ...store, limit: TOP_ITEMS })),
        ...(at === null
          ? [
              queries.prefetchQuery(api.findings.list.queryOptions(storeFindingsInput(hostId, storeKey, locale))),
              queries.prefetchQuery(api.findings.groups.queryOptions(storeSumInput(hostId, storeKey, locale))),
            ]
          : []),
      ]}
    >
      <StorePage hostId={hostId} storeKey={storeKey} />
    </Prefetch>
  );
}
