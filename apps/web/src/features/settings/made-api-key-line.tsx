'use client';
import type { MadeApiKey } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { CopyLine } from '../../shared/ui/copy-line.tsx';

/** The key, which is shown this once, and how it is put to use. */
export function MadeApiKeyLine({ made: { key, expiresAt } }: { made: MadeApiKey }) {
  const t = useTranslations('apiKeys');
  const words = { copy: t('copy'), copied: t('copied'), byHand: t('copyByHand') };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="max-w-[80ch]">
        {t('shownOnce')}{' '}
        {expiresAt === null ? t('goodForEver') : t.rich('goodUntil', { time: () => <LocalTime at={expiresAt} /> })}
      </p>
      <CopyLine text={key} label={t('key')} words={words} />
      <p className="text-fg-2">
        {t('useIt')} <code>silt login --url {window.location.origin}</code>
      </p>
    </div>
  );
}
