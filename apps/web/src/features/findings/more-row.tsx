'use client';
import { useTranslations } from 'use-intl';

interface MoreRowProps {
  shown: number;
  total: number;
  /** null = no more can be listed. */
  more: (() => void) | null;
}

/** Beneath a list that is not shown whole. */
export function MoreRow({ shown, total, more }: MoreRowProps) {
  const t = useTranslations('findings');
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-2 text-fg-2 max-md:px-3">
      {t('shownOf', { shown, total })}
      {more ? (
        <button type="button" className="btn btn-small" onClick={more}>
          {t('showMore')}
        </button>
      ) : (
        t('onlyFirst', { max: shown })
      )}
    </li>
  );
}
