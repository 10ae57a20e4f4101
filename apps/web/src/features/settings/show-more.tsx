'use client';
import { useTranslations } from 'use-intl';

interface ShowMoreProps {
  shown: number;
  total: number;
  /** Null = no more are listed here. */
  more: (() => void) | null;
}

export function ShowMore({ shown, total, more }: ShowMoreProps) {
  const t = useTranslations('collectors');
  if (shown >= total) return null;
  return (
    <p className="flex items-center gap-3 border-t border-line px-4 py-2 text-fg-2">
      {t('shownOf', { shown, total })}
      {more ? (
        <button type="button" className="btn btn-small" onClick={more}>
          {t('showMore')}
        </button>
      ) : (
        t('filterForMore')
      )}
    </p>
  );
}
