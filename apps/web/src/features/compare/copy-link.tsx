'use client';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCopy } from '../../shared/ui/use-copy.ts';
import { type Moments, writeMoments } from './moments.ts';

/** The address with both moments in it, also where the page follows a default. */
export function CopyLink({ moments }: { moments: Moments }) {
  const t = useTranslations('compare');
  const path = usePathname();
  const [origin, setOrigin] = useState('');
  useEffect(() => setOrigin(window.location.origin), []);
  const address = origin + path + writeMoments(new URLSearchParams(), moments);
  const { shown, copied, copy } = useCopy<HTMLInputElement>(address);
  return (
    <section className="card mt-4 flex flex-wrap items-center gap-3 px-4 py-3 max-md:px-3">
      <label htmlFor="comparison-link" className="font-medium">
        {t('link')}
      </label>
      <input
        id="comparison-link"
        ref={shown}
        readOnly
        value={address}
        className="field min-w-0 flex-1 font-mono text-xs text-fg-2 max-md:basis-full"
      />
      <button type="button" className="btn" onClick={() => void copy()}>
        {t('copy')}
      </button>
      <p role="status" className="text-fg-2 empty:hidden">
        {copied === 'yes' && t('copied')}
        {copied === 'byHand' && t('copyByHand')}
      </p>
    </section>
  );
}
