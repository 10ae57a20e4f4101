'use client';
import type { MadeToken } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { CopyLine } from '../../shared/ui/copy-line.tsx';
import { AwaitedHostList } from './awaited-host-list.tsx';

/** The line with the token, which is shown this once, and below it what comes of it. */
export function EnrolmentLine({ made }: { made: MadeToken }) {
  const t = useTranslations('collectors');
  const words = { copy: t('copy'), copied: t('copied'), byHand: t('copyByHand') };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="max-w-[80ch]">
        {t.rich('runThis', { uses: made.uses, time: () => <LocalTime at={made.expiresAt} /> })}
      </p>
      <CopyLine text={made.command} label={t('line')} words={words} />
      <AwaitedHostList tokenId={made.tokenId} />
    </div>
  );
}
