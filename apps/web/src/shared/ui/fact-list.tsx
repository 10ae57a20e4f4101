'use client';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

export function FactList({ children }: { children: ReactNode }) {
  return <dl className="grid gap-1.5 px-4 py-3 max-md:px-3">{children}</dl>;
}

/** A named fact; null children say that it was not read. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  const t = useTranslations('common');
  return (
    <div className="grid grid-cols-[112px_minmax(0,1fr)] gap-2">
      <dt className="text-fg-3">{name}</dt>
      <dd className="break-words">{children ?? <span className="text-fg-3">{t('notRead')}</span>}</dd>
    </div>
  );
}
