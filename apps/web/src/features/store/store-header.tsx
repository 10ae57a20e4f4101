'use client';
import type { FleetRow, StoreView } from '@silt/domain';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { writeMoment } from '../../shared/as-of/moment-in-address.ts';
import { hostPath, storePath } from '../../shared/format/host-path.ts';
import { StateMark } from '../../shared/ui/state-mark.tsx';

interface StoreHeaderProps {
  host: FleetRow;
  view: StoreView;
  /** The moment that the page shows; null = live. */
  at: string | null;
  children: ReactNode;
}

export function StoreHeader({ host, view, at, children }: StoreHeaderProps) {
  const t = useTranslations();
  const { store, state } = view;
  return (
    <div className="mb-4 flex flex-wrap items-end gap-3">
      <div className="mr-auto min-w-0">
        <p className="mb-1 text-xs text-fg-3">
          <Link href="/" className="hover:text-fg">
            {t('common.fleet')}
          </Link>{' '}
          /{' '}
          <Link href={hostPath(host.hostId)} className="hover:text-fg">
            {host.name}
          </Link>{' '}
          / {t('common.store')}
        </p>
        <div className="flex flex-wrap items-center gap-2.5">
          <h1 className="text-xl font-semibold tracking-tight break-all">
            <code>{store.name}</code>
          </h1>
          <StateMark state={state} />
          <span className="tag">{store.fileSystemType ?? store.kind}</span>
          {store.loop && <span className="tag">loop</span>}
          {store.readOnly && <span className="tag">{t('host.readOnly')}</span>}
          {host.simulated && <span className="tag border-dashed">{t('common.simulated')}</span>}
        </div>
      </div>
      <Link href={`${storePath(host.hostId, store.key)}/compare${weekBefore(at)}`} className="btn">
        {t('store.compareWeek')}
      </Link>
      {children}
    </div>
  );
}

/** Of a page of the past its moment is B; the comparison itself goes a week back from there. */
const weekBefore = (at: string | null): string => (at === null ? '' : `?b=${writeMoment(at)}`);
