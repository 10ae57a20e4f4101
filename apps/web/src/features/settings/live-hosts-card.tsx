'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { mayRetry } from '../../shared/api/error-key.ts';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { CollectorStateMark, HostName, KeyAge, LastSeen, Tags, Version } from './collector-cells.tsx';
import { LIVE_HOSTS } from './collector-lists.ts';
import { HostActions } from './host-actions.tsx';
import { ShowMore } from './show-more.tsx';

const SKELETON_ROWS = 5;
const TYPING_MILLISECONDS = 250;
const MAX_TEXT = 200;
/** A host that falls silent sends no change. */
const READ_AGAIN_MILLISECONDS = 10_000;

export function LiveHostsCard({ mayChange }: { mayChange: boolean }) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const [text, setText] = useFilterText();
  const [limit, setLimit] = useState(LIVE_HOSTS.limit);
  const list = useQuery({
    ...trpc.collectors.hosts.queryOptions({ ...LIVE_HOSTS, text, limit }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.error === null || mayRetry(state.error)) && READ_AGAIN_MILLISECONDS,
  });
  if (!list.data)
    return list.errorUpdateCount > 0 ? (
      <Failure error={list.error} retry={() => void list.refetch()} retrying={list.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  const { hosts, total } = list.data;
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('hosts')}</h2>
        <span className="text-fg-3">{t('hostCount', { count: total })}</span>
        <FilterField text={text} change={setText} />
      </header>
      {hosts.length === 0 ? (
        <p className="card-body text-fg-2">{text === '' ? t('noHosts') : t('noMatch')}</p>
      ) : (
        <ScrollRegion label={t('hosts')}>
          <table className="w-full border-collapse">
            <thead>
              <tr>
                <th className="head-cell">{t('column.host')}</th>
                <th className="head-cell">{t('column.state')}</th>
                <th className="head-cell">{t('column.tags')}</th>
                <th className="head-cell text-right">{t('column.lastSeen')}</th>
                <th className="head-cell">{t('column.version')}</th>
                <th className="head-cell">{t('column.key')}</th>
                {mayChange && <th className="head-cell text-right">{t('column.actions')}</th>}
              </tr>
            </thead>
            <tbody className="[&>tr:last-child>td]:border-b-0">
              {hosts.map((host) => (
                <tr key={host.hostId} data-host={host.name}>
                  <td className="body-cell">
                    <HostName host={host} />
                  </td>
                  <td className="body-cell">
                    <CollectorStateMark host={host} />
                  </td>
                  <td className="body-cell">
                    <Tags host={host} />
                  </td>
                  <td className="body-cell text-right">
                    <LastSeen host={host} />
                  </td>
                  <td className="body-cell">
                    <Version host={host} />
                  </td>
                  <td className="body-cell">
                    <KeyAge host={host} />
                  </td>
                  {mayChange && (
                    <td className="body-cell max-md:py-1">
                      <HostActions host={host} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      <ShowMore shown={hosts.length} total={total} limit={limit} change={setLimit} />
    </section>
  );
}

/** Stands in the address, so that a filtered list can be sent to somebody. */
function useFilterText(): [string, (text: string) => void] {
  const path = usePathname();
  const text = (useSearchParams().get('q') ?? '').slice(0, MAX_TEXT);
  const change = (next: string): void => {
    window.history.replaceState(null, '', next === '' ? path : `${path}?${new URLSearchParams({ q: next })}`);
  };
  return [text, change];
}

function FilterField({ text, change }: { text: string; change(text: string): void }) {
  const t = useTranslations('fleet');
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => change(typed), TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typed, text, change]);
  return (
    <input
      type="search"
      value={typed}
      maxLength={MAX_TEXT}
      onChange={(event) => setTyped(event.target.value)}
      placeholder={t('filter')}
      aria-label={t('filter')}
      className="ml-auto h-6 w-[200px] rounded-md border border-line bg-raised px-2 text-fg placeholder:text-fg-3 max-md:h-9 max-md:w-full"
    />
  );
}
