'use client';
import type { FleetRow, StoreView } from '@silt/domain';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { hostPath } from '../../shared/format/host-path.ts';
import { StateMark } from '../../shared/ui/state-mark.tsx';

interface StoreHeaderProps {
  host: FleetRow;
  view: StoreView;
  children: ReactNode;
}

export function StoreHeader({ host, view, children }: StoreHeaderProps) {
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
      {children}
    </div>
  );
}
