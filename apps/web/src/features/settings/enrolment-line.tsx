'use client';
import type { MadeToken } from '@silt/domain';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { AwaitedHostList } from './awaited-host-list.tsx';

/** The line with the token, which is shown this once, and below it what comes of it. */
export function EnrolmentLine({ made }: { made: MadeToken }) {
  const t = useTranslations('collectors');
  const line = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<'no' | 'yes' | 'byHand'>('no');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(made.command);
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
        {t.rich('runThis', { uses: made.uses, time: () => <LocalTime at={made.expiresAt} /> })}
      </p>
      <div className="flex items-start gap-2 max-md:grid">
        <div className="min-w-0 flex-1 rounded-md border border-line-2 bg-raised">
          <ScrollRegion label={t('line')}>
            <code ref={line} className="block w-max px-3 py-2 whitespace-pre">
              {made.command}
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
      <AwaitedHostList tokenId={made.tokenId} />
    </div>
  );
}
