'use client';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

/** The card without a table: nothing was read, or reading it failed. */
export function InventoryFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('inventory');
  return (
    <section className="card" id="inventory" aria-label={t('title')}>
      <header className="card-head">
        <h2 className="font-semibold">{t('title')}</h2>
      </header>
      <div className="card-body flex items-center gap-3 text-fg-2">{children}</div>
    </section>
  );
}
