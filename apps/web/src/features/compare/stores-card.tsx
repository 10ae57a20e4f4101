'use client';
import { type Comparison, formatBytes, formatSignedBytes, type StoreComparison } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { storePath } from '../../shared/format/host-path.ts';
import { safeText } from '../../shared/format/safe-text.ts';
import { KindMark } from '../../shared/inventory/kind-mark.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { magnitudeOf } from './change-groups.ts';
import { type Moments, writeMoments } from './moments.ts';
import { useDeltaText } from './range-words.ts';

const MAX_NAME_CHARACTERS = 80;
/** Kinds named of each store. */
const NAMED_KINDS = 4;

interface StoresCardProps {
  hostId: string;
  comparison: Comparison;
  moments: Moments;
  /** Both moments have an inventory, so that growth can be told by kind. */
  withItems: boolean;
}

/** The stores of a host at two moments, what moved most first. They lie in each other, so they have no sum. */
export function StoresCard({ hostId, comparison, moments, withItems }: StoresCardProps) {
  const t = useTranslations('compare');
  const stores = [...comparison.stores].sort((x, y) => growthOf(y) - growthOf(x));
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('stores')}</h2>
      </header>
      {stores.length === 0 ? (
        <p className="card-body text-fg-2">{t('noStores')}</p>
      ) : (
        <ScrollRegion label={t('storesTable')}>
          <table className="w-full min-w-[860px] border-collapse" aria-label={t('storesTable')}>
            <thead>
              <tr>
                {[t('columns.store'), t('reading')].map((name) => (
                  <th key={name} scope="col" className="head-cell">
                    {name}
                  </th>
                ))}
                {['A', 'B', t('columns.delta')].map((name) => (
                  <th key={name} scope="col" className="head-cell text-right">
                    {name}
                  </th>
                ))}
                <th scope="col" className="head-cell">
                  {t('madeOf')}
                </th>
              </tr>
            </thead>
            <tbody>
              {stores.map((store) => (
                <StoreRow key={store.storeKey} {...{ hostId, store, moments, withItems }} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </section>
  );
}

const growthOf = ({ attribution }: StoreComparison): number => Math.abs(attribution.growthBytes ?? -1);

interface StoreRowProps extends Pick<StoresCardProps, 'hostId' | 'moments' | 'withItems'> {
  store: StoreComparison;
}

function StoreRow({ hostId, store: { storeKey, storeName, attribution }, moments, withItems }: StoreRowProps) {
  const t = useTranslations();
  const { series, aBytes, bBytes, growthBytes } = attribution;
  const name = safeText(storeName, MAX_NAME_CHARACTERS);
  const side = (value: number | null): string => (value === null ? t('common.notRead') : formatBytes(value));
  return (
    <tr className="hover:bg-hover">
      <th scope="row" className="body-cell max-w-[280px] text-left font-normal">
        <Link
          href={`${storePath(hostId, storeKey)}/compare${writeMoments(new URLSearchParams(), moments)}`}
          className="link block truncate"
          title={name}
        >
          <code>{name}</code>
        </Link>
      </th>
      <td className="body-cell text-fg-2">{t(`compare.series.${series}`)}</td>
      <td className={`body-cell text-right ${aBytes === null ? 'text-fg-3' : 'text-fg-2'}`}>{side(aBytes)}</td>
      <td className={`body-cell text-right ${bBytes === null ? 'text-fg-3' : ''}`}>{side(bBytes)}</td>
      <td className="body-cell text-right font-semibold">
        {growthBytes === null ? (
          <span className="font-normal text-fg-3">{t('common.notKnown')}</span>
        ) : (
          formatSignedBytes(growthBytes)
        )}
      </td>
      <td className="body-cell py-1.5 whitespace-normal">
        {withItems ? (
          <MadeOf attribution={attribution} />
        ) : (
          <span className="text-fg-3">{t('compare.cannotTell')}</span>
        )}
      </td>
    </tr>
  );
}

function MadeOf({ attribution: { kinds, unattributed } }: Pick<StoreComparison, 'attribution'>) {
  const t = useTranslations('compare');
  const deltaText = useDeltaText();
  const moved = kinds.filter(({ leastBytes, mostBytes }) => leastBytes !== 0 || mostBytes !== 0);
  const named = moved.sort((x, y) => magnitudeOf(y) - magnitudeOf(x)).slice(0, NAMED_KINDS);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
      {named.map((kind) => (
        <li key={kind.kind} className="whitespace-nowrap">
          <KindMark kind={kind.kind} /> <span className="text-fg-2">{deltaText(kind)}</span>
        </li>
      ))}
      <li className="whitespace-nowrap">
        <span className="hatch mr-2 inline-block size-2.5 rounded-[2px] border border-fg-3" />
        {t('unattributed')}{' '}
        <span className="text-fg-2">{unattributed === null ? t('cannotTell') : deltaText(unattributed)}</span>
      </li>
    </ul>
  );
}
