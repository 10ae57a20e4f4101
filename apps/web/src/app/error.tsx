'use client';
import { useTranslations } from 'use-intl';

/** A page that the server could not make at all, most often for want of its database. */
export default function ErrorPage() {
  const t = useTranslations();
  return (
    <main className="mx-auto grid max-w-[420px] justify-items-start gap-4 px-6 pt-24" role="alert">
      <h1 className="text-xl font-semibold">{t('errors.pageTitle')}</h1>
      <p className="text-fg-2">{t('errors.OTHER')}</p>
      <button type="button" className="btn" onClick={() => window.location.reload()}>
        {t('common.retry')}
      </button>
    </main>
  );
}
