'use client';
import type { MadeApiKey } from '@silt/domain';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';

/** The key, which is shown this once, and how it is put to use. */
export function MadeApiKeyLine({ made }: { made: MadeApiKey }) {
  const t = useTranslations('apiKeys');
  const line = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<'no' | 'yes' | 'byHand'>('no');
  const { key, expiresAt } = made;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(key);
      setCopied('yes');
    } catch {
      // Browsers give pages without TLS no clipboard.
      if (line.current) window.getSelection()?.selectAllChildren(line.current);
      setCopied('byHand');
    }
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="max-w-[80ch]">
        {t('shownOnce')}{' '}
        {expiresAt === null ? t('goodForEver') : t.rich('goodUntil', { time: () => <LocalTime at={expiresAt} /> })}
      </p>
      <div className="flex items-start gap-2 max-md:grid">
        <div className="min-w-0 flex-1 rounded-md border border-line-2 bg-raised">
          <ScrollRegion label={t('key')}>
            <code ref={line} className="block w-max px-3 py-2 whitespace-pre">
              {key}
            </code>
          </ScrollRegion>
        </div>
        <button type="button" className="btn btn-primary h-9 justify-center" onClick={() => void copy()}>
          {t('copy')}
        </button>
      </div>
      <p role="status" className="text-fg-2 empty:hidden">
        {copied === 'yes' && t('copied')}
        {copied === 'byHand' && t('copyByHand')}
      </p>
      <p className="text-fg-2">
        {t('useIt')} <code>silt login --url {window.location.origin}</code>
      </p>
    </div>
  );
}
