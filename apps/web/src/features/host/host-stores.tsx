'use client';
import type { Connection, StoreView } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { storeTree } from '../../shared/storage/store-tree.ts';
import { StoreItem } from './store-item.tsx';

interface HostStoresProps {
  hostId: string;
  stores: StoreView[];
  connection: Connection;
  observedAt: string | null;
  /** The page shows a moment that is past. */
  past: boolean;
}

/** The storage of a host as it lies in each other: device, file system, loop file, the file system within. */
export function HostStores({ hostId, stores, connection, observedAt, past }: HostStoresProps) {
  const t = useTranslations('host');
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('stores')}</h2>
        <span className="text-fg-3">{t('storeCount', { count: stores.length })}</span>
        {observedAt !== null && (
          <span className="ml-auto text-xs text-fg-3">
            {t.rich('asOf', { time: () => <LocalTime at={observedAt} seconds /> })}
          </span>
        )}
      </header>
      {stores.length === 0 && observedAt !== null && <p className="card-body text-fg-2">{t('noStores')}</p>}
      {stores.length === 0 && observedAt === null && <p className="card-body text-fg-2">{t('never')}</p>}
      <ul>
        {storeTree(stores).map((node) => (
          <li key={node.view.store.key} className="border-b border-line last:border-b-0">
            <StoreItem hostId={hostId} node={node} read={{ connection, readAt: observedAt }} past={past} />
          </li>
        ))}
      </ul>
    </section>
  );
}
