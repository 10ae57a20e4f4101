import { serverTranslator } from '../server/translator.ts';

export default async function NotFound() {
  const t = await serverTranslator();
  return (
    <main className="mx-auto grid max-w-[420px] justify-items-start gap-4 px-6 pt-24">
      <h1 className="text-xl font-semibold">{t('errors.notFoundTitle')}</h1>
      <p className="text-fg-2">{t('errors.notFound')}</p>
      {/* No `Link`: every page loads what this one needs. */}
      <a className="btn" href="/">
        {t('common.back')}
      </a>
    </main>
  );
}
