'use client';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

interface HostFindingsFrameProps {
  /** Beside the title. */
  head?: ReactNode;
  children: ReactNode;
}

export function HostFindingsFrame({ head, children }: HostFindingsFrameProps) {
  const t = useTranslations('findings');
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('title')}</h2>
        {head}
      </header>
      {children}
    </section>
  );
}
