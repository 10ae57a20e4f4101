'use client';
import { MAX_LISTED_EVENTS } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { useRangeText } from '../../shared/events/use-range-text.ts';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { EVENTS_AT_FIRST } from './event-limits.ts';
import { type EventWords, eventSentence } from './event-sentence.ts';
import { useSkewWords } from './use-skew-text.ts';

const SKELETON_ROWS = 3;

/** What happened to a host up to a moment (null = live): enrolled, refused, lost, skewed. */
export function HostEvents({ hostId, at }: { hostId: string; at: string | null }) {
  const t = useTranslations('events');
  const trpc = useTRPC();
  const words: EventWords = {
    t,
    gap: useTranslations('gap'),
    rangeText: useRangeText(),
    skewText: useSkewWords(),
    locale: useLocale(),
  };
  const [limit, setLimit] = useState(EVENTS_AT_FIRST);
  const list = useQuery({
    ...trpc.host.events.queryOptions({ hostId, limit, ...(at === null ? {} : { at }) }),
    placeholderData: keepPreviousData,
  });
  if (!list.data)
    return list.errorUpdateCount > 0 ? (
      <Failure error={list.error} retry={() => void list.refetch()} retrying={list.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  const { events, more } = list.data;
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('title')}</h2>
      </header>
      {events.length === 0 && <p className="card-body text-fg-2">{t('none')}</p>}
      <ol>
        {events.map((event) => (
          <li
            key={`${event.at} ${event.eventNo}`}
            className="grid grid-cols-[112px_minmax(0,1fr)] gap-2 border-b border-line px-4 py-1.5 last:border-b-0 max-md:px-3"
          >
            <span className="text-fg-3">
              <LocalTime at={event.at} />
            </span>
            <span className="break-words">{eventSentence(event, words)}</span>
          </li>
        ))}
      </ol>
      {more && (
        <p className="border-t border-line px-4 py-2 text-fg-2 max-md:px-3">
          {limit < MAX_LISTED_EVENTS ? (
            <button
              type="button"
              className="btn btn-small"
              disabled={list.isPlaceholderData}
              onClick={() => setLimit(Math.min(limit + EVENTS_AT_FIRST * 3, MAX_LISTED_EVENTS))}
            >
              {t('showMore')}
            </button>
          ) : (
            t('onlyLatest', { max: MAX_LISTED_EVENTS })
          )}
        </p>
      )}
    </section>
  );
}
