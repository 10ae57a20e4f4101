'use client';
import { useTranslations } from 'use-intl';
import { safeText } from '../format/safe-text.ts';
import { shortId } from '../format/short-id.ts';

const MAX_SHOWN = 60;
const MAX_TITLE = 4_096;

const ID = /^(sha256:)?[0-9a-f]{64}$/;
const shown = (name: string): string =>
  ID.test(name) ? shortId(name.replace(/^sha256:/, '')) : safeText(name, MAX_SHOWN);

/**
 * Names from the outside in; that nobody is known is said, for it is not the same as nobody. The daemon, the outermost, is
 * in the title where others are known.
 */
export function OwnerChain({ chain }: { chain: readonly string[] }) {
  const t = useTranslations('inventory');
  if (chain.length === 0) return <span className="text-fg-3">{t('ownerNotKnown')}</span>;
  return (
    <span className="block truncate" title={safeText(chain.join(' › '), MAX_TITLE)}>
      {(chain.length > 1 ? chain.slice(1) : chain).map(shown).join(' › ')}
    </span>
  );
}
