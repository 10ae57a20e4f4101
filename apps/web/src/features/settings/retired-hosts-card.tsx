'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HostName, LastSeen, Tags } from './collector-cells.tsx';
import { RETIRED_HOSTS } from './collector-lists.ts';
import { HostActions } from './host-actions.tsx';
import { ShowMore } from './show-more.tsx';

/** Hosts that are refused and whose history is kept. */
export function RetiredHostsCard({ mayChange }: { mayChange: boolean }) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const [limit, setLimit] = useState(RETIRED_HOSTS.limit);
  const list = useQuery({
    ...trpc.collectors.hosts.queryOptions({ ...RETIRED_HOSTS, limit }),
    placeholderData: keepPreviousData,
  });
  if (!list.data)
    return list.errorUpdateCount > 0 ? (
      <Failure error={list.error} retry={() => void list.refetch()} retrying={list.isFetching} />
    ) : (
      <CardSkeleton rows={1} />
    );
  const { hosts, total } = list.data;
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('retired')}</h2>
        <span className="text-fg-3">{t('retiredHint')}</span>
      </header>
      {hosts.length === 0 ? (
        <p className="card-body text-fg-2">{t('noRetired')}</p>
      ) : (
        <ScrollRegion label={t('retired')}>
          <table className="w-full border-collapse">
            <thead>
              <tr>
                <th className="head-cell">{t('column.host')}</th>
                <th className="head-cell">{t('column.tags')}</th>
                <th className="head-cell">{t('column.retired')}</th>
                <th className="head-cell text-right">{t('column.lastSeen')}</th>
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
                    <Tags host={host} />
                  </td>
                  <td className="body-cell">{host.retiredAt !== null && <LocalTime at={host.retiredAt} />}</td>
                  <td className="body-cell text-right">
                    <LastSeen host={host} />
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
