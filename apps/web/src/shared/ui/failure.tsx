'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorKey } from '../api/error-key.ts';

interface FailureProps {
  /** null while a new try is under way: what was said last stays. */
  error: unknown;
  retry(): void;
  retrying: boolean;
}

/** Nothing could be read: says why, and lets the reader try again. */
export function Failure({ error, retry, retrying }: FailureProps) {
  const t = useTranslations();
  const path = usePathname();
  const [shown, setShown] = useState(error);
  if (error !== null && error !== shown) setShown(error);
  const key = errorKey(shown);
  return (
    <section className="card" role="alert">
      <div className="card-body grid justify-items-start gap-3">
        <div>
          <h2 className="font-semibold">{t('errors.title')}</h2>
          <p className="text-fg-2">{t(`errors.${key}`)}</p>
        </div>
        <div className="flex gap-2">
          {key !== 'NOT_FOUND' && key !== 'BAD_REQUEST' && (
            <button type="button" className="btn" onClick={retry} disabled={retrying}>
              {retrying ? t('common.loading') : t('common.retry')}
            </button>
          )}
          {path !== '/' && (
            <Link className="btn" href="/">
              {t('common.back')}
            </Link>
          )}
        </div>
      </div>
    </section>
  );
}
