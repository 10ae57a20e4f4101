'use client';
import { MAX_LISTED_COLLECTORS } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { SHOWN_AT_FIRST } from './collector-lists.ts';

interface ShowMoreProps {
  shown: number;
  total: number;
  /** Of the list as it is asked for; at MAX_LISTED_COLLECTORS no more are listed. */
  limit: number;
  change(limit: number): void;
}

export function ShowMore({ shown, total, limit, change }: ShowMoreProps) {
  const t = useTranslations('collectors');
  if (shown >= total) return null;
  return (
    <p className="flex items-center gap-3 border-t border-line px-4 py-2 text-fg-2">
      {t('shownOf', { shown, total })}
      {limit < MAX_LISTED_COLLECTORS ? (
        <button
          type="button"
          className="btn btn-small"
          onClick={() => change(Math.min(limit + SHOWN_AT_FIRST, MAX_LISTED_COLLECTORS))}
        >
          {t('showMore')}
        </button>
      ) : (
        t('filterForMore')
      )}
    </p>
  );
}
